/// The runner: puts the functions to work.
package func main() async {}

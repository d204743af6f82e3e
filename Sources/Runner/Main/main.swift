import Runner

await Runner.main()

internal import Runner

await Runner.main()

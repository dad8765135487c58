package cli

type planCmd struct {
	Solve solveCmd `cmd:"" help:"Plan a scheduling instance from a file, without a server."`
	Check checkCmd `cmd:"" help:"Check a schedule against its instance, without a server."`
}

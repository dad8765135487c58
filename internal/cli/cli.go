package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"headway"
	"headway/client"
)

// Streams are the standard streams of a command.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// grammar is the command line; its order is that of the help.
type grammar struct {
	URL   string `help:"Address of the server." env:"HEADWAY_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
	Token string `help:"API token." env:"HEADWAY_TOKEN" placeholder:"TOKEN"`
	JSON  bool   `name:"json" help:"Print JSON for scripts."`
	Help  help   `short:"h" help:"Show help."`

	Programme   programmeCmd   `cmd:"" group:"setup" help:"Teams, people, environments, windows and rules of a programme."`
	Member      memberCmd      `cmd:"" group:"setup" help:"Who holds which role in a programme."`
	Absence     absenceCmd     `cmd:"" group:"setup" help:"Who does not work when."`
	Environment environmentCmd `cmd:"" group:"setup" help:"What is on which environment, and who has it when: list, report, book, cancel, refresh."`
	Freeze      freezeCmd      `cmd:"" group:"setup" help:"When production must not change: list, import a calendar."`
	Import      importCmd      `cmd:"" group:"setup" help:"Bring in what happened before."`
	Owners      ownersCmd      `cmd:"" group:"setup" help:"Which team's tests are whose."`

	Plan     planCmd     `cmd:"" group:"plan" help:"The project-wide release plan."`
	Scenario scenarioCmd `cmd:"" group:"plan" help:"What-ifs with names, beside the plan."`

	Shelve    shelveCmd    `cmd:"" group:"shelf" help:"Put a candidate on the shelf."`
	Shelf     shelfCmd     `cmd:"" group:"shelf" help:"Show what waits on the shelf."`
	Board     boardCmd     `cmd:"" group:"shelf" help:"Show the operations board."`
	Report    reportCmd    `cmd:"" group:"shelf" help:"Hand in test or load results and get the verdict."`
	Evidence  evidenceCmd  `cmd:"" group:"shelf" help:"Look at test and load reports."`
	Item      itemCmd      `cmd:"" group:"shelf" help:"Work the operations backlog."`
	Backlog   backlogCmd   `cmd:"" group:"plan" help:"What a development team builds, by sprint, and what came back to it."`
	Interrupt interruptCmd `cmd:"" group:"shelf" help:"Production support that breaks into planned work: log, list, take back."`
	Defect    defectCmd    `cmd:"" group:"shelf" help:"Defects: list, report, triage."`
	Fix       fixCmd       `cmd:"" group:"shelf" help:"Which fix is in which release, and in trunk."`
	Incident  incidentCmd  `cmd:"" group:"decide" help:"Trouble in production: open, mitigate, trace to a defect, close."`
	Mute      muteCmd      `cmd:"" group:"shelf" help:"Known failures: mute, list, lift."`
	Cycle     cycleCmd     `cmd:"" group:"shelf" help:"Manual tests: open a test cycle, work its cases."`

	Train      trainCmd      `cmd:"" group:"decide" help:"Releases that go to production together: form, join, miss, cancel."`
	Decision   decisionCmd   `cmd:"" group:"decide" help:"Go/no-go: open, show, list, take back."`
	Approve    approveCmd    `cmd:"" group:"decide" help:"Approve the newest go/no-go of a release."`
	Reject     rejectCmd     `cmd:"" group:"decide" help:"Reject the newest go/no-go of a release."`
	Deploy     deployCmd     `cmd:"" group:"decide" help:"Deploy what was approved, and watch, stop or roll back."`
	Connection connectionCmd `cmd:"" group:"setup" help:"Other systems that steps of a runbook call."`
	Agent      agentCmd      `cmd:"" group:"decide" help:"Run the command steps of deployments beside their target."`
	Stop       stopCmd       `cmd:"" group:"decide" help:"Emergency stop of a programme or the instance."`
	Release    releaseCmd    `cmd:"" group:"decide" help:"Show, list and close releases."`
	Override   overrideCmd   `cmd:"" group:"decide" help:"Lift a guard for one release, with a reason; list and take back."`
	Waive      waiveCmd      `cmd:"" group:"decide" help:"Lift a criterion of the gate for one candidate, with a reason."`

	Work     workCmd     `cmd:"" group:"plan" help:"What waits for you."`
	Feed     feedCmd     `cmd:"" group:"plan" help:"Addresses at which calendar programs read the calendar: add, list, revoke."`
	Calendar calendarCmd `cmd:"" group:"plan" help:"Windows, freezes, bookings, absences, sprints and deployments of some days."`

	Find     findCmd     `cmd:"" group:"measure" help:"Look up releases, people, teams and defects."`
	Status   statusCmd   `cmd:"" group:"measure" help:"Where programmes stand."`
	Gap      gapCmds     `cmd:"" group:"measure" help:"What lies between sprint and production, and what to expect."`
	Forecast forecastCmd `cmd:"" group:"measure" help:"Say how sure dates are."`
	Rework   reworkCmd   `cmd:"" group:"measure" help:"Mending defects: what a sprint must expect, what is set aside, what came."`
	Queue    queueCmd    `cmd:"" group:"measure" help:"Whether operations keeps up with the sprints, and what would help."`
	Measures measuresCmd `cmd:"" group:"measure" help:"How the programme delivers: DORA's five metrics and what the gap consists of."`

	Retrospective retrospectiveCmds `cmd:"" group:"measure" help:"Look back at the last gaps, and try something against their causes."`

	Demo       demoCmd       `cmd:"" group:"instance" help:"Run an instance with the sample programme."`
	Serve      serveCmd      `cmd:"" group:"instance" help:"Run an instance."`
	Admin      adminCmd      `cmd:"" group:"instance" help:"Administer an instance from its host."`
	Backup     backupCmd     `cmd:"" group:"instance" help:"Write a backup, also of a running instance."`
	Restore    restoreCmd    `cmd:"" group:"instance" help:"Restore a backup into an empty instance."`
	Checkpoint checkpointCmd `cmd:"" group:"instance" help:"Sign how far the audit log is, to be kept elsewhere."`
	Verify     verifyCmd     `cmd:"" group:"instance" help:"Check that data or a backup are whole."`

	User   userCmd   `cmd:"" group:"people" help:"Accounts."`
	Tokens tokenCmd  `cmd:"" name:"token" group:"people" help:"API tokens."`
	Whoami whoamiCmd `cmd:"" group:"people" help:"Tell who the token belongs to."`

	Completion completionCmd `cmd:"" group:"self" help:"Print a completion script for bash, zsh or fish."`
	Version    versionCmd    `cmd:"" group:"self" help:"Print the version."`
}

var groups = []kong.Group{
	{Key: "setup", Title: "Set up"},
	{Key: "plan", Title: "Plan"},
	{Key: "shelf", Title: "Shelf and evidence"},
	{Key: "decide", Title: "Decide and deploy"},
	{Key: "measure", Title: "Measure"},
	{Key: "instance", Title: "Instance"},
	{Key: "people", Title: "People"},
	{Key: "self", Title: "This program"},
}

const description = `Plans and runs releases across several Scrum teams: from the shelf to production.

Commands find the server by --url or HEADWAY_URL and sign in with --token or HEADWAY_TOKEN.
Exit codes: 0 done or passed, 1 judged and failed, 2 waiting, 64 usage, 65 bad input,
69 server not reachable, 70 our fault, 75 try again later, 77 not allowed.`

// env is what commands run with.
type env struct {
	Streams
	grammar *grammar
	parser  *kong.Kong
	version string
	command string // last word of the command that runs
}

// server gives the client of the server that the flags name.
func (e *env) server() (*client.Client, error) {
	return client.New(e.grammar.URL, headway.NewSecret(e.grammar.Token))
}

// print writes a result: the value with --json, else what people writes.
func (e *env) print(v any, people func(w io.Writer)) {
	if e.grammar.JSON {
		printJSON(e.Out, v)
		return
	}
	people(e.Out)
}

// ask puts a question to the server and prints its answer.
func ask[T any](e *env, question func(*client.Client) (T, error), people func(io.Writer, T)) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	answer, err := question(server)
	if err != nil {
		return err
	}
	e.print(answer, func(w io.Writer) { people(w, answer) })
	return nil
}

// told does something that has no answer and says that it is done.
func (e *env) told(do func(*client.Client) error, text string) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	if err := do(server); err != nil {
		return err
	}
	e.print(struct{}{}, func(w io.Writer) { fmt.Fprintln(w, printable(text)) })
	return nil
}

// errHelped says that help was printed and nothing is left to do.
var errHelped = errors.New("help was printed")

// help is the flag that prints help.
type help bool

// BeforeReset prints the help of the command that was named.
func (help) BeforeReset(ctx *kong.Context) error {
	return errors.Join(errHelped, ctx.PrintUsage(false))
}

// Run executes one command line and gives its exit code.
func Run(ctx context.Context, args []string, streams Streams, version string) int {
	g := &grammar{}
	parser, err := kong.New(g, kong.Name("headway"), kong.Description(description), kong.ExplicitGroups(groups),
		kong.NoDefaultHelp(), kong.Writers(streams.Out, streams.Err), kong.Exit(func(int) {}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}))
	if err == nil {
		e := &env{Streams: streams, grammar: g, parser: parser, version: version}
		err = e.execute(ctx, args)
	}
	if err != nil {
		printError(streams.Err, err, g.JSON || slices.Contains(args, "--json"))
	}
	return exitCode(err)
}

func (e *env) execute(ctx context.Context, args []string) error {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := e.parser.Parse(args)
	if errors.Is(err, errHelped) {
		return nil
	}
	if err != nil {
		return usage(err)
	}
	e.command = parsed.Selected().Name
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(e)
}

// usage says what is wrong with a command line, and where its help is.
func usage(err error) error {
	command := "headway"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if path := parse.Context.Command(); path != "" {
			words := strings.Fields(path)
			words = slices.DeleteFunc(words, func(w string) bool { return strings.HasPrefix(w, "<") })
			command += " " + strings.Join(words, " ")
		}
	}
	return usageError{message: err.Error(), hint: "see " + command + " --help"}
}

package cli

import (
	"context"
	"log/slog"
	"os"
	"time"

	"headway/internal/agent"
)

type agentCmd struct {
	programmeFlag
	Name  string        `help:"Name of this agent; without it the host's." env:"HEADWAY_AGENT" placeholder:"NAME"`
	Allow []string      `help:"Program that may run; without it any. Repeatable." placeholder:"PROGRAM"`
	Every time.Duration `help:"How often to ask for work." default:"5s" placeholder:"DURATION"`
	Pass  []string      `help:"Variable of this environment that programs get. Repeatable." default:"PATH,HOME,LANG" placeholder:"NAME"`
}

// Help tells what an agent does.
func (agentCmd) Help() string {
	return `Runs the command steps of deployments beside their target, each once, without a shell, until it is stopped; a command that runs then is let finish. The token needs the scope agent.run.

Example: headway agent --programme shop --allow /opt/deploy/switch`
}

// Run works until a signal comes.
func (c agentCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	if c.Name == "" {
		if c.Name, err = os.Hostname(); err != nil {
			c.Name = "agent"
		}
	}
	a := &agent.Agent{Server: server, Programme: c.Programme, Name: c.Name, Allow: c.Allow, Every: c.Every, Log: newLog(e.Err, slog.LevelInfo)}
	for _, name := range c.Pass {
		if v, ok := os.LookupEnv(name); ok {
			a.Environ = append(a.Environ, name+"="+v)
		}
	}
	return a.Run(ctx)
}

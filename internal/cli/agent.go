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
	Allow []string      `required:"" sep:"none" help:"Program that may run, by its full path, and the arguments it must begin with, if any. Repeatable." placeholder:"COMMAND"`
	Every time.Duration `help:"How often to ask for work." default:"5s" placeholder:"DURATION"`
	Pass  []string      `help:"Variable of this environment that programs get. Repeatable." default:"PATH,HOME,LANG" placeholder:"NAME"`
}

// Help tells what an agent does.
func (agentCmd) Help() string {
	return `Runs the command steps of deployments beside their target, each once, without a shell, until it is stopped; a command that runs then is let finish. The token needs the scope agent.run.

It runs nothing but what --allow names: the runbook's step must name the same program by its full path, and begin with the same arguments.

Example: headway agent --programme shop --allow /opt/deploy/switch --allow "/usr/bin/kubectl rollout"`
}

// Run works until a signal comes.
func (c agentCmd) Run(ctx context.Context, e *env) error {
	allow, err := agent.ReadAllowed(c.Allow)
	if err != nil {
		return err
	}
	server, err := e.server()
	if err != nil {
		return err
	}
	if c.Name == "" {
		if c.Name, err = os.Hostname(); err != nil {
			c.Name = "agent"
		}
	}
	a := &agent.Agent{Server: server, Programme: c.Programme, Name: c.Name, Allow: allow, Every: c.Every, Log: newLog(e.Err, slog.LevelInfo)}
	for _, name := range c.Pass {
		if v, ok := os.LookupEnv(name); ok {
			a.Environ = append(a.Environ, name+"="+v)
		}
	}
	return a.Run(ctx)
}

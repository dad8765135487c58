package cli

import (
	"headway/client"
)

// programmeFlag names the programme.
type programmeFlag struct {
	Programme string `short:"p" required:"" help:"Key of the programme." env:"HEADWAY_PROGRAMME" placeholder:"KEY"`
}

// candidateFlags name a candidate: the newest of a version, or one of them.
type candidateFlags struct {
	programmeFlag
	Team      string `required:"" help:"Key of the team." env:"HEADWAY_TEAM" placeholder:"KEY"`
	Version   string `help:"Its newest candidate, as 2.4.0." xor:"which" required:"" placeholder:"VERSION"`
	Candidate string `help:"That candidate, as 2.4.0-rc.1." xor:"which" required:"" placeholder:"NAME"`
}

// nameOf gives a release as people write it.
func nameOf(r client.Release) string {
	if r.Component != "" {
		return r.Component + " " + r.Version
	}
	return r.Team + " " + r.Version
}

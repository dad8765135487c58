package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway"
	"headway/client"
)

type memberCmd struct {
	Set  memberSetCmd  `cmd:"" help:"Give an account its roles in a programme, instead of those it had."`
	List memberListCmd `cmd:"" help:"List who holds which role."`
}

type memberSetCmd struct {
	Programme string   `required:"" help:"Key of the programme." env:"HEADWAY_PROGRAMME" placeholder:"KEY"`
	Email     string   `arg:"" help:"Address of the account." placeholder:"EMAIL"`
	Role      []string `help:"viewer, developer, ops, scrum-master, product-owner, release-manager or admin. Repeatable; none: no longer a member." placeholder:"ROLE"`
	Person    string   `help:"Key of the person who signs in with it." placeholder:"KEY"`
}

// Run sets the roles.
func (c memberSetCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	m, err := server.SetMember(ctx, c.Programme, c.Email, client.MemberRoles{Roles: append([]string{}, c.Role...), Person: c.Person})
	if err != nil {
		return err
	}
	e.print(m, func(w io.Writer) { fmt.Fprintf(w, "%s: %s\n", m.Email, strings.Join(m.Roles, ", ")) })
	return nil
}

type memberListCmd struct {
	Programme string `required:"" help:"Key of the programme." env:"HEADWAY_PROGRAMME" placeholder:"KEY"`
}

// Run prints the members.
func (c memberListCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	list, err := server.Members(ctx, c.Programme)
	if err != nil {
		return err
	}
	e.print(list, func(w io.Writer) {
		t := table{}
		for _, m := range list {
			t.add(m.Name, m.Email, strings.Join(m.Roles, ", "), m.Person)
		}
		t.print(w)
	})
	return nil
}

type absenceCmd struct {
	Add    absenceAddCmd    `cmd:"" help:"Say that a person does not work on some days."`
	Remove absenceRemoveCmd `cmd:"" help:"Take back an absence."`
}

type absenceAddCmd struct {
	Programme string `required:"" help:"Key of the programme." env:"HEADWAY_PROGRAMME" placeholder:"KEY"`
	Person    string `required:"" help:"Key of the person." placeholder:"KEY"`
	From      string `required:"" help:"First day." placeholder:"YYYY-MM-DD"`
	To        string `help:"Last day; left out: one day." placeholder:"YYYY-MM-DD"`
	Reason    string `help:"Why." placeholder:"TEXT"`
}

// Run stores the absence.
func (c absenceAddCmd) Run(ctx context.Context, e *env) error {
	in := client.NewAbsence{Person: c.Person, Reason: c.Reason}
	var err error
	if in.From, err = headway.ParseDate(c.From); err != nil {
		return err
	}
	if in.To = in.From; c.To != "" {
		if in.To, err = headway.ParseDate(c.To); err != nil {
			return err
		}
	}
	server, err := e.server()
	if err != nil {
		return err
	}
	a, err := server.AddAbsence(ctx, c.Programme, in)
	if err != nil {
		return err
	}
	e.print(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s is absent from %s to %s (absence %s)\n", a.Person, a.From, a.To, a.ID)
	})
	return nil
}

type absenceRemoveCmd struct {
	Programme string `required:"" help:"Key of the programme." env:"HEADWAY_PROGRAMME" placeholder:"KEY"`
	ID        string `arg:"" help:"Id of the absence, as absence add and programme show --json print it." placeholder:"ID"`
}

// Run takes the absence back.
func (c absenceRemoveCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	if err := server.RemoveAbsence(ctx, c.Programme, c.ID); err != nil {
		return err
	}
	e.print(map[string]string{"removed": c.ID}, func(w io.Writer) { fmt.Fprintln(w, "removed") })
	return nil
}

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type membersOut struct{ Body []client.Member }

type memberOut struct{ Body client.Member }

type memberIn struct {
	InProgramme
	Email string `path:"email" doc:"Address of the account"`
	Body  client.MemberRoles
}

type newAbsenceIn struct {
	InProgramme
	Body client.NewAbsence
}

type absenceOut struct{ Body client.Absence }

type absenceIn struct {
	InProgramme
	Absence string `path:"absence" doc:"Id of the absence"`
}

func (r *room) members() {
	tags := []string{"Setup"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-members", Method: http.MethodGet, Path: "/programmes/{programme}/members", Summary: "Who holds which role?", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *setupIn) (*membersOut, error) {
		ms, err := r.app.MembersView(ctx, by, in.Programme)
		out := &membersOut{Body: []client.Member{}}
		for _, m := range ms {
			out.Body = append(out.Body, memberFrom(m))
		}
		return out, err
	})
	register(r, headway.ManageMembers, huma.Operation{
		OperationID: "set-member", Method: http.MethodPut, Path: "/programmes/{programme}/members/{email}", Summary: "Give an account its roles", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *memberIn) (*memberOut, error) {
		set := app.SetMember{Programme: in.Programme, Email: in.Email, Person: in.Body.Person}
		for _, s := range in.Body.Roles {
			set.Roles = append(set.Roles, headway.Role(s))
		}
		m, err := r.app.SetMember(ctx, by, set)
		return &memberOut{memberFrom(m)}, err
	})
	register(r, headway.EditAbsence, huma.Operation{
		OperationID: "add-absence", Method: http.MethodPost, Path: "/programmes/{programme}/absences", Summary: "Say that a person does not work", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by headway.Actor, in *newAbsenceIn) (*absenceOut, error) {
		b := in.Body
		a, err := r.app.AddAbsence(ctx, by, app.AddAbsence{Programme: in.Programme, Person: b.Person, From: b.From, To: b.To, Reason: b.Reason})
		return &absenceOut{client.Absence{ID: a.ID, Person: b.Person, From: a.From, To: a.To, Reason: a.Reason}}, err
	})
	register(r, headway.EditAbsence, huma.Operation{
		OperationID: "remove-absence", Method: http.MethodDelete, Path: "/programmes/{programme}/absences/{absence}", Summary: "Take back an absence", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *absenceIn) (*struct{}, error) {
		return &struct{}{}, r.app.RemoveAbsence(ctx, by, in.Programme, in.Absence)
	})
}

func memberFrom(m app.Member) client.Member {
	return client.Member{UserID: m.User.ID, Email: m.User.Email, Name: m.User.Name, Roles: texts(m.Roles), Person: m.Person}
}

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type newInterruptIn struct {
	InProgramme
	Body client.NewInterrupt
}

type interruptIn struct {
	InProgramme
	Interrupt string `path:"interrupt" doc:"Id of the interrupt"`
}

type interruptOut struct{ Body client.Interrupt }

type supportOut struct{ Body client.Support }

func (r *room) interrupts() {
	tags := []string{"Operations backlog"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-support", Method: http.MethodGet, Path: "/programmes/{programme}/interrupts", Tags: tags,
		Summary: "What production support took in the last twenty working days",
	}, func(ctx context.Context, by headway.Actor, in *programmeIn) (*supportOut, error) {
		v, err := r.app.SupportView(ctx, by, in.Programme)
		return &supportOut{supportFrom(v)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "log-interrupt", Method: http.MethodPost, Path: "/programmes/{programme}/interrupts", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Say that production support took somebody's time",
		Description: "What the last twenty working days measured is taken off the person's capacity in the plan, where it is more than the reserve.",
	}, func(ctx context.Context, by headway.Actor, in *newInterruptIn) (*interruptOut, error) {
		b := in.Body
		i, err := r.app.LogInterrupt(ctx, by, in.Programme, app.LogInterrupt{Person: b.Person, Minutes: b.Minutes, Title: b.Title, Release: b.Release, EndedAt: b.EndedAt})
		if err != nil {
			return nil, err
		}
		v, err := r.app.SupportView(ctx, by, in.Programme)
		return &interruptOut{interruptFrom(v, i)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "remove-interrupt", Method: http.MethodDelete, Path: "/programmes/{programme}/interrupts/{interrupt}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Take back an interrupt that was logged by mistake",
	}, func(ctx context.Context, by headway.Actor, in *interruptIn) (*struct{}, error) {
		return nil, r.app.RemoveInterrupt(ctx, by, in.Programme, in.Interrupt)
	})
}

func interruptFrom(v app.Support, i headway.Interrupt) client.Interrupt {
	out := client.Interrupt{ID: i.ID, Minutes: int(i.Spent.Minutes()), Title: i.Title, ReleaseID: i.ReleaseID, EndedAt: i.EndedAt, LoggedBy: i.LoggedByName}
	for _, p := range v.People {
		if p.ID == i.PersonID {
			out.Person = p.Key
		}
	}
	return out
}

func supportFrom(v app.Support) client.Support {
	return client.Support{
		From: v.Span.From, To: v.Span.To,
		Loads: mapped(v.Loads, func(l app.PersonLoad) client.SupportLoad {
			return client.SupportLoad{
				Person: l.Person.Key, Name: l.Person.Name, SpentHours: l.Spent.Hours(), WorkingHours: l.Working.Hours(),
				Measured: l.Measured, Reserve: l.Reserve, Counts: l.Counts,
			}
		}),
		Interrupts: mapped(v.Interrupts, func(i headway.Interrupt) client.Interrupt { return interruptFrom(v, i) }),
	}
}

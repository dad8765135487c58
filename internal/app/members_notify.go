package app

import (
	"context"
	"slices"
	"strings"

	"headway"
	"headway/internal/store"
)

// NotifyMembers tells the members of a programme with certain roles, and certain
// users, about an event. Telling them again changes nothing; who caused the event is not told.
func (a *App) NotifyMembers(ctx context.Context, in NotifyJob) error {
	return a.change(ctx, headway.System(), func(c *change) error {
		e, err := c.Event(ctx, in.EventSeq)
		if err != nil {
			return err
		}
		p, err := c.Programme(ctx, e.ProgrammeID)
		if headway.KindOf(err) == headway.NotFound && err != nil {
			return nil // the programme is gone, and nobody is left to be told
		}
		if err != nil {
			return err
		}
		members, err := c.Members(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, m := range members {
			if !slices.Contains(in.Roles, m.Role) && !slices.Contains(in.Users, m.UserID) || e.ActorKind == headway.ActorPerson && m.UserID == e.ActorID {
				continue
			}
			n := headway.Notification{ID: a.newID(), UserID: m.UserID, ProgrammeID: p.ID, EventSeq: e.Seq, Text: e.Text, Link: eventLink(p.Key, e), At: e.At}
			if err := c.AddNotification(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// eventLink gives the page on which an event is to be seen.
func eventLink(programme string, e headway.Event) string {
	pages := map[string]string{
		"plan": "plan", "absence": "plan", "programme": "plan", "candidate": "shelf", "evidence": "shelf", "release": "shelf",
		"item": "board", "defect": "defects", "fix": "fixes", "rework": "rework", "incident": "incidents", "experiment": "retrospective", "decision": "decisions", "criterion": "decisions", "train": "trains", "hotfix": "shelf", "deployment": "deployments", "stop": "deployments",
	}
	noun, _, _ := strings.Cut(string(e.Kind), ".")
	link := "/p/" + programme
	if page := pages[noun]; page != "" {
		link += "/" + page
	}
	return link
}

// MarkRead marks one notification of the actor as read, or with an empty id all of them.
func (a *App) MarkRead(ctx context.Context, by headway.Actor, id string) error {
	if by.UserID == "" {
		return signInAgain(nil)
	}
	if by.Kind == headway.ActorToken && !slices.Contains(by.Scopes, headway.ViewProgramme) {
		return by.Refusal(headway.ViewProgramme, "")
	}
	return a.change(ctx, by, func(c *change) error {
		changed, err := c.Tx.MarkRead(ctx, by.UserID, id, c.now)
		if err == nil && !changed && id != "" {
			return a.knownNotification(ctx, c.Q, by, id)
		}
		return err
	})
}

// knownNotification tells a notification that was read before from one that
// does not exist, or is somebody else's.
func (a *App) knownNotification(ctx context.Context, q store.Q, by headway.Actor, id string) error {
	const all = 10_000
	ns, err := q.Notifications(ctx, by.UserID, "", all)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(ns, func(n headway.Notification) bool { return n.ID == id }) {
		return headway.NotFoundf("there is no such notification")
	}
	return nil
}

package headway

import (
	"slices"
	"strings"
)

// RolesThatMay lists the roles that allow an action, least powerful first.
func RolesThatMay(action Action) []Role {
	return slices.DeleteFunc(Roles(), func(r Role) bool { return !r.May(action) })
}

// OrOf names roles for people: Operations or Release manager.
func OrOf(roles []Role) string { return strings.Join(RoleNames(roles), " or ") }

// Refusal says why an actor may not do something in a programme, by its rule,
// and who may; nil when they may.
func (a Actor) Refusal(action Action, programmeID string) error {
	may := OrOf(RolesThatMay(action))
	switch {
	case a.May(action, programmeID):
		return nil
	case a.Kind == ActorToken && !slices.Contains(a.Scopes, action):
		return Errorf(Forbidden, "this token may not do this (%s)", action).
			WithHint("it takes a token with the scope %s, made by somebody who is %s in the programme", action, may)
	}
	return Errorf(Forbidden, "you may not do this (%s)", action).WithHint("it takes somebody who is %s in the programme; an administrator gives roles", may)
}

// RefusalOnInstance says the same of an action that belongs to no programme.
func (a Actor) RefusalOnInstance(action Action) error {
	switch {
	case a.MayOnInstance(action):
		return nil
	case a.Kind == ActorNobody:
		return Errorf(Unauthenticated, "nobody is signed in").WithHint("sign in, or send an API token as `Authorization: Bearer …`")
	case a.Kind == ActorToken && !slices.Contains(a.Scopes, action):
		return Errorf(Forbidden, "this token may not do this (%s)", action).
			WithHint("it takes a token with the scope %s, made by an administrator of the instance", action)
	}
	return Errorf(Forbidden, "you may not do this (%s)", action).WithHint("it takes an administrator of the instance")
}

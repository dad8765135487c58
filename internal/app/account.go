package app

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// secretBytes is the size of session cookies and API tokens before encoding.
const secretBytes = 32

func (a *App) drawSecret(prefix string) (secret headway.Secret, hash string, err error) {
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(a.random, raw); err != nil {
		return headway.Secret{}, "", fmt.Errorf("draw a secret: %w", err)
	}
	s := prefix + base64.RawURLEncoding.EncodeToString(raw)
	return headway.NewSecret(s), hashSecret(s), nil
}

func hashSecret(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// NewUser describes an account to be made.
type NewUser struct {
	Email, Name string
	Password    headway.Secret
	Admin       bool
}

func (n *NewUser) check() error {
	n.Email = address(n.Email)
	if at, err := mail.ParseAddress(n.Email); err != nil || at.Address != n.Email || len(n.Email) > 200 {
		return headway.Invalidf("email", "%q is no e-mail address", n.Email)
	}
	if err := headway.CheckName("name", n.Name); err != nil {
		return err
	}
	return checkPassword(n.Password)
}

// checkPassword follows NIST SP 800-63B: length, no rules of composition.
func checkPassword(p headway.Secret) error {
	if n := len(p.Reveal()); n < 10 || n > 200 {
		return headway.Invalidf("password", "a password has 10–200 characters, this one has %d", n)
	}
	return nil
}

// AddUser makes an account.
func (a *App) AddUser(ctx context.Context, by headway.Actor, in NewUser) (headway.User, error) {
	if err := by.RefusalOnInstance(headway.ManageUsers); err != nil {
		return headway.User{}, err
	}
	var u headway.User
	hash, err := a.hashNew(&in)
	if err != nil {
		return u, err
	}
	err = a.change(ctx, by, func(c *change) error {
		u, err = c.addUser(ctx, in, hash)
		return err
	})
	return u, err
}

func (a *App) hashNew(in *NewUser) (string, error) {
	if err := in.check(); err != nil {
		return "", err
	}
	return a.passwords.Hash(in.Password)
}

func (c *change) addUser(ctx context.Context, in NewUser, hash string) (headway.User, error) {
	u := headway.User{ID: c.app.newID(), Email: in.Email, Name: in.Name, Admin: in.Admin, CreatedAt: c.now}
	if _, err := c.UserByEmail(ctx, u.Email); err == nil {
		return u, headway.Conflictf("there is already an account for %s", u.Email)
	}
	if err := c.AddUser(ctx, u, hash); err != nil {
		return u, err
	}
	return u, c.record(ctx, "", UserAdded, u.ID, fmt.Sprintf("Account %s was made", u.Email), nil)
}

// Bootstrap makes the first administrator, once: it is refused as soon as there is one.
func (a *App) Bootstrap(ctx context.Context, in NewUser) (headway.User, error) {
	in.Admin = true
	var u headway.User
	hash, err := a.hashNew(&in)
	if err != nil {
		return u, err
	}
	err = a.change(ctx, headway.System(), func(c *change) error {
		n, err := c.CountAdmins(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return headway.Conflictf("this instance already has an administrator").WithHint("sign in, or ask them for an account")
		}
		u, err = c.addUser(ctx, in, hash)
		return err
	})
	return u, err
}

// NeedsBootstrap tells whether there is no administrator yet.
func (a *App) NeedsBootstrap(ctx context.Context) (needed bool, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		n, err := q.CountAdmins(ctx)
		needed = n == 0
		return err
	})
	return needed, err
}

// NewToken describes an API token to be made; it can never do more than its maker.
type NewToken struct {
	Name      string
	Programme string // key; empty: all programmes of its maker
	Scopes    []headway.Action
	Days      int // until it expires, 1–730
}

// AddToken makes an API token for the actor and gives its secret, which is shown this once.
func (a *App) AddToken(ctx context.Context, by headway.Actor, in NewToken) (headway.Token, headway.Secret, error) {
	var k headway.Token
	if by.Kind != headway.ActorPerson {
		return k, headway.Secret{}, headway.Errorf(headway.Forbidden, "only a signed-in person makes tokens")
	}
	if err := headway.CheckName("name", in.Name); err != nil {
		return k, headway.Secret{}, err
	}
	if in.Days < 1 || in.Days > 730 {
		return k, headway.Secret{}, headway.Invalidf("days", "a token lives 1–730 days, not %d", in.Days)
	}
	if len(in.Scopes) == 0 {
		return k, headway.Secret{}, headway.Invalidf("scopes", "a token needs at least one scope").WithHint("for CI: programme.view, candidate.shelve and evidence.add")
	}
	for _, s := range in.Scopes {
		if !slices.Contains(headway.Scopes(), s) {
			return k, headway.Secret{}, headway.Invalidf("scopes", "%q is no scope", s)
		}
	}
	secret, hash, err := a.drawSecret("hw_")
	if err != nil {
		return k, headway.Secret{}, err
	}
	err = a.change(ctx, by, func(c *change) error {
		k = headway.Token{ID: a.newID(), UserID: by.UserID, Name: in.Name, Scopes: in.Scopes, CreatedAt: c.now, ExpiresAt: c.now.AddDate(0, 0, in.Days)}
		if in.Programme != "" {
			p, err := enter(ctx, c.Q, by, in.Programme, headway.ViewProgramme)
			if err != nil {
				return err
			}
			k.ProgrammeID = p.ID
		}
		if err := c.AddToken(ctx, k, hash); err != nil {
			return err
		}
		return c.record(ctx, k.ProgrammeID, TokenAdded, k.ID, fmt.Sprintf("%s made the API token %q", by.Name, k.Name), map[string]any{"scopes": k.Scopes})
	})
	return k, secret, err
}

// ActorBySession finds who a session cookie belongs to.
func (a *App) ActorBySession(ctx context.Context, cookie headway.Secret) (actor headway.Actor, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		s, err := q.Session(ctx, hashSecret(cookie.Reveal()))
		if err != nil || !a.Now().Before(s.ExpiresAt) {
			return signInAgain(err)
		}
		actor, err = actorOf(ctx, q, s.UserID)
		return err
	})
	return actor, err
}

// tokenUseNoted is how exactly the last use of a token is kept: a write for each
// request would cost more than the request.
const tokenUseNoted = time.Hour

// noteTokenUse keeps when a token was used last. A database that takes no write
// does not keep its owner out.
func (a *App) noteTokenUse(ctx context.Context, id string) {
	err := a.change(ctx, headway.System(), func(c *change) error { return c.TouchToken(ctx, id, c.now) })
	if err != nil {
		a.log.WarnContext(ctx, "the use of a token was not noted", "err", err)
	}
}

// ActorByToken finds who an API token speaks for.
func (a *App) ActorByToken(ctx context.Context, token headway.Secret) (actor headway.Actor, err error) {
	var used time.Time
	err = a.store.Read(ctx, func(q store.Q) error {
		k, err := q.TokenByHash(ctx, hashSecret(token.Reveal()))
		if err != nil || !k.RevokedAt.IsZero() || !a.Now().Before(k.ExpiresAt) {
			return signInAgain(err)
		}
		if actor, err = actorOf(ctx, q, k.UserID); err != nil {
			return err
		}
		used = k.UsedAt
		actor.Kind, actor.TokenID, actor.Scopes, actor.ProgrammeID = headway.ActorToken, k.ID, k.Scopes, k.ProgrammeID
		actor.Name = fmt.Sprintf("%s (token %s)", actor.Name, k.Name)
		return nil
	})
	if err == nil && a.Now().Sub(used) >= tokenUseNoted {
		a.noteTokenUse(ctx, actor.TokenID)
	}
	return actor, err
}

func signInAgain(err error) error {
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	return headway.Errorf(headway.Unauthenticated, "the session or token is unknown, expired or revoked").WithHint("sign in again, or make a new token")
}

func actorOf(ctx context.Context, q store.Q, userID string) (headway.Actor, error) {
	u, err := q.User(ctx, userID)
	if err != nil {
		return headway.Actor{}, err
	}
	if !u.DisabledAt.IsZero() {
		return headway.Actor{}, signInAgain(nil)
	}
	actor := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Email: u.Email, Admin: u.Admin, Roles: map[string][]headway.Role{}, PersonIDs: map[string]string{}}
	ms, err := q.Memberships(ctx, u.ID)
	for _, m := range ms {
		actor.Roles[m.ProgrammeID] = append(actor.Roles[m.ProgrammeID], m.Role)
	}
	if err != nil {
		return actor, err
	}
	people, err := q.PeopleOfUser(ctx, u.ID)
	for _, p := range people {
		actor.PersonIDs[p.ProgrammeID] = p.ID
	}
	return actor, err
}

// ProgrammeID gives the id of the programme with a key, for the door of the routes.
func (a *App) ProgrammeID(ctx context.Context, key string) (id string, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		p, err := q.ProgrammeByKey(ctx, key)
		id = p.ID
		return err
	})
	return id, err
}

package headway

import (
	"slices"
	"time"
)

// EnvironmentKind says what an environment is for.
type EnvironmentKind string

// The kinds of environment.
const (
	EnvTest       EnvironmentKind = "test"
	EnvStaging    EnvironmentKind = "staging"
	EnvLoad       EnvironmentKind = "load"
	EnvProduction EnvironmentKind = "production"
)

// EnvironmentKinds lists the kinds of environment.
func EnvironmentKinds() []EnvironmentKind {
	return []EnvironmentKind{EnvTest, EnvStaging, EnvLoad, EnvProduction}
}

// Environment is a place where candidates are installed.
type Environment struct {
	ID, ProgrammeID, Key, Name string
	Kind                       EnvironmentKind
	Shared                     bool      // several releases may use it at once
	CandidateID                string    // put there last
	Since                      time.Time // when that candidate was put on it
	DataAsOf                   time.Time // age of its data
	DataGB                     float64
}

// Beside tells whether candidates of several teams are there side by side, so
// that one team's takes the place of that team's only: on production, and where
// several releases may be at once.
func (e Environment) Beside() bool { return e.Shared || e.Kind == EnvProduction }

// Check refuses an environment that cannot be named.
func (e Environment) Check() error {
	if err := CheckKey("environment.key", e.Key); err != nil {
		return err
	}
	if !slices.Contains(EnvironmentKinds(), e.Kind) {
		return Invalidf("environment.kind", "%q is no kind of environment", e.Kind).WithHint("use test, staging, load or production")
	}
	return CheckName("environment.name", e.Name)
}

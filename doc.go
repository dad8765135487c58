// Package headway is the vocabulary of Headway: the nouns of planning and
// running releases across several Scrum teams, and the rules that belong to
// them. It does no I/O, asks no clock and draws no ids; everything that does
// lives in a room under internal/ and imports this package.
package headway

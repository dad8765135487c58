// Package gitlog reads what a Git repository tells of fixes, by running git
// beside the user: which commits a range holds, the lines of their messages that
// speak of fixes, what they change (git patch-id), and which known commits a
// branch holds.
//
// The repository is not trusted: arguments go to git without a shell and behind
// --end-of-options, nothing that the repository configures is run (external diff
// programs, text conversions, file system monitors, pagers), and the number of
// commits and the length of what is kept of them are bounded. The server never
// runs git.
package gitlog

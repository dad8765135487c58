package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd prints a script for a shell; the script asks `completion words`
// what can stand next, so that it never lags behind the grammar.
type completionCmd struct {
	Bash  shellCmd `cmd:"" help:"For ~/.bashrc: source <(headway completion bash)"`
	Zsh   shellCmd `cmd:"" help:"For ~/.zshrc: source <(headway completion zsh)"`
	Fish  shellCmd `cmd:"" help:"For config.fish: headway completion fish | source"`
	Words wordsCmd `cmd:"" hidden:"" help:"List what can stand after words."`
}

type shellCmd struct{}

var completionScripts = map[string]string{
	"bash": `_headway() {
	local IFS=$'\n'
	COMPREPLY=($(compgen -W "$(headway completion words -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _headway headway
`,
	"zsh": `_headway() {
	local -a words_next
	words_next=("${(@f)$(headway completion words -- "${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
	if [[ -n "$words_next" ]]; then compadd -a words_next; else _files; fi
}
compdef _headway headway
`,
	"fish": `complete -c headway -a '(headway completion words -- (commandline -opc)[2..] 2>/dev/null)'
`,
}

// Run prints the script of the shell that the command names.
func (shellCmd) Run(e *env, ctx *kong.Context) error {
	fmt.Fprint(e.Out, completionScripts[ctx.Selected().Name])
	return nil
}

type wordsCmd struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

// Run lists the commands and flags that can stand after the words.
func (c wordsCmd) Run(e *env) error {
	for _, w := range nextWords(e.parser.Model.Node, c.Words) {
		fmt.Fprintln(e.Out, w)
	}
	return nil
}

// nextWords walks down the commands that the words name, and lists what the
// last of them takes. After a flag that wants a value it lists its choices.
func nextWords(node *kong.Node, words []string) []string {
	var pending *kong.Flag
	for _, w := range words {
		if w == "--" {
			continue
		}
		if pending != nil {
			pending = nil
			continue
		}
		if strings.HasPrefix(w, "-") {
			pending = wantsValue(node, w)
			continue
		}
		for _, child := range node.Children {
			if child.Name == w {
				node = child
				break
			}
		}
	}
	if pending != nil {
		return pending.EnumSlice()
	}
	var out []string
	for _, child := range node.Children {
		if !child.Hidden {
			out = append(out, child.Name)
		}
	}
	for n := node; n != nil; n = n.Parent {
		for _, f := range n.Flags {
			if !f.Hidden {
				out = append(out, "--"+f.Name)
			}
		}
	}
	return out
}

// wantsValue finds the flag of a command that stands alone and needs a value next.
func wantsValue(node *kong.Node, word string) *kong.Flag {
	for n := node; n != nil; n = n.Parent {
		for _, f := range n.Flags {
			if "--"+f.Name == word && !f.IsBool() && !f.IsCounter() {
				return f
			}
		}
	}
	return nil
}

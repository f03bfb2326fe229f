// Gotemplates runs templates through Go's own text/template.
//
// Each line of its input is a request, {"template": text, "data": value}, optionally with
// "left" and "right" (delimiters) and "sprig" (true: sprig's functions are there). Each line
// of its output answers one: {"output": text} or {"stage": "parse"|"execute", "error": text};
// bytes that are no UTF-8 are printed as the characters U+DC80 to U+DCFF would be in Python,
// escaped: the output is base64 in "bytes" then.
//
// Values are JSON, numbers are float64; an object {"$": type, "v": value} has that type: int,
// int64, uint8 ..., []string, map[string]string, *Item and so on.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/Masterminds/sprig/v3"
)

type request struct {
	Template    string `json:"template"`
	Data        any    `json:"data"`
	Left, Right string
	Sprig       bool `json:"sprig"`
}

type response struct {
	Output string `json:"output"`
	Bytes  string `json:"bytes,omitempty"`
	Stage  string `json:"stage,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			answer(out, line)
		}
		if err != nil {
			return
		}
	}
}

func answer(out *bufio.Writer, line []byte) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(run(asked)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out.Flush()
}

func run(asked request) response {
	empty := template.New("inject").Delims(asked.Left, asked.Right).Funcs(own)
	if asked.Sprig {
		empty = empty.Funcs(sprig.TxtFuncMap())
	}
	parsed, err := empty.Parse(asked.Template)
	if err != nil {
		return response{Stage: "parse", Error: err.Error()}
	}
	var text strings.Builder
	if err := parsed.Execute(&text, typed(asked.Data)); err != nil {
		return response{Stage: "execute", Error: err.Error()}
	}
	if utf8.ValidString(text.String()) {
		return response{Output: text.String()}
	}
	return response{Bytes: base64.StdEncoding.EncodeToString([]byte(text.String()))}
}

// Yamljson reads YAML and JSON as Kubernetes does.
//
//	yamljson yaml        what sigs.k8s.io/yaml makes of a text: one value
//	yamljson manifests   what kubectl's decoder makes of a file: a list of objects
//
// Each line of the input is a text, as a JSON string. Each line of the output answers one:
// {"ok": value} or {"error": text}.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	values "k8s.io/apimachinery/pkg/util/json"
	manifests "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

const peeked = 4096

type response struct {
	Ok    json.RawMessage `json:"ok,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	readers := map[string]func(string) (json.RawMessage, error){
		"yaml":      fromYAML,
		"manifests": fromManifests,
	}
	var read func(string) (json.RawMessage, error)
	if len(os.Args) == 2 {
		read = readers[os.Args[1]]
	}
	if read == nil {
		fmt.Fprintln(os.Stderr, "usage: yamljson yaml|manifests")
		os.Exit(2)
	}
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for in.More() {
		var text string
		if err := in.Decode(&text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		ok, err := read(text)
		answer := response{Ok: ok}
		if err != nil {
			answer = response{Error: err.Error()}
		}
		if err := encoder.Encode(answer); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		out.Flush()
	}
}

func fromYAML(text string) (json.RawMessage, error) {
	return yaml.YAMLToJSON([]byte(text))
}

// fromManifests returns the objects of a file, without the empty ones, which kubectl skips.
func fromManifests(text string) (json.RawMessage, error) {
	decoder := manifests.NewYAMLOrJSONDecoder(strings.NewReader(text), peeked)
	objects := []any{}
	for {
		object := runtime.RawExtension{}
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return json.Marshal(objects)
		}
		if err != nil {
			return nil, err
		}
		var value any
		if len(object.Raw) > 0 {
			if err := values.Unmarshal(object.Raw, &value); err != nil {
				return nil, err
			}
		}
		if value != nil {
			objects = append(objects, value)
		}
	}
}

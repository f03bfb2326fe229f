// Meshtypes prints the types of Istio's mesh configuration, and answers for the real ones.
//
//	meshtypes types      the messages and enums, as one JSON document
//	meshtypes read       each line a ProxyConfig: as protobuf reads and prints it
//	meshtypes merge      each line two of them in a list: the second merged into the first
//
// The modes that read lines print a line for each, which is empty for a bad one.
//
// The types: {"messages": {name: [[json name, name in proto, type, oneof], ...]},
//
//	"enums": {name: {value: number}}}
//
// A type is a scalar's name, "enum NAME", "message NAME", or one of them after "list "
// or "map ". Google's own messages are named without their package.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	mesh "istio.io/api/mesh/v1alpha1"
)

type table struct {
	Messages map[string][][]string
	Enums    map[string]map[string]int32
}

func main() {
	mode := ""
	if len(os.Args) == 2 {
		mode = os.Args[1]
	}
	switch mode {
	case "types":
		types()
	case "read":
		answer(read)
	case "merge":
		answer(merge)
	default:
		fmt.Fprintln(os.Stderr, "usage: meshtypes types|read|merge")
		os.Exit(2)
	}
}

func types() {
	t := table{map[string][][]string{}, map[string]map[string]int32{}}
	t.message((&mesh.MeshConfig{}).ProtoReflect().Descriptor())
	fmt.Printf("{\"messages\": {\n%s},\n\"enums\": {\n%s}}\n", lines(t.Messages), lines(t.Enums))
}

// lines returns a JSON object's members, one a line, sorted.
func lines[V any](members map[string]V) string {
	var rows []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value, err := json.Marshal(members[name])
		if err != nil {
			panic(err)
		}
		rows = append(rows, fmt.Sprintf("%q: %s", name, value))
	}
	return strings.Join(rows, ",\n")
}

func short(d protoreflect.Descriptor) string {
	name := strings.TrimPrefix(string(d.FullName()), string(d.ParentFile().Package())+".")
	return strings.TrimPrefix(strings.TrimPrefix(name, "MeshConfig."), "ProxyConfig.")
}

func (t table) message(m protoreflect.MessageDescriptor) {
	if _, known := t.Messages[short(m)]; known || m.ParentFile().Package() == "google.protobuf" {
		return
	}
	rows := [][]string{}
	t.Messages[short(m)] = rows
	for i := 0; i < m.Fields().Len(); i++ {
		f := m.Fields().Get(i)
		row := []string{f.JSONName(), string(f.Name()), t.typeOf(f)}
		if o := f.ContainingOneof(); o != nil {
			row = append(row, string(o.Name()))
		}
		rows = append(rows, row)
	}
	t.Messages[short(m)] = rows
}

func (t table) typeOf(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return "map " + t.typeOf(f.MapValue())
	case f.IsList():
		return "list " + t.element(f)
	}
	return t.element(f)
}

func (t table) element(f protoreflect.FieldDescriptor) string {
	switch f.Kind() {
	case protoreflect.EnumKind:
		t.enum(f.Enum())
		return "enum " + short(f.Enum())
	case protoreflect.MessageKind:
		if f.Message().ParentFile().Package() == "google.protobuf" {
			return string(f.Message().Name())
		}
		t.message(f.Message())
		return "message " + short(f.Message())
	}
	return f.Kind().String()
}

func (t table) enum(e protoreflect.EnumDescriptor) {
	values := map[string]int32{}
	for i := 0; i < e.Values().Len(); i++ {
		values[string(e.Values().Get(i).Name())] = int32(e.Values().Get(i).Number())
	}
	t.Enums[short(e)] = values
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"text/template"
)

// Color is an enum that prints its name.
type Color int32

func (c Color) String() string {
	return map[Color]string{0: "RED", 1: "GREEN"}[c]
}

// Word is a string under another name.
type Word string

// Meta is embedded in Item.
type Meta struct {
	Name   string
	Labels map[string]string
}

// Item has a field of every kind.
type Item struct {
	Meta   `json:",inline"`
	Count  int64
	Size   int32
	Small  uint8
	Ratio  float64
	On     bool
	Word   Word
	Color  Color
	Limit  *int64
	Flag   *bool
	Next   *Item
	Value  Meta
	Items  []Item
	Words  []string
	Any    any
	Things map[string]any
	Parts  map[string]Meta
}

func (i *Item) GetName() string {
	if i == nil {
		return "nobody"
	}
	return i.Name
}

func (i *Item) GetNext() *Item {
	if i == nil {
		return nil
	}
	return i.Next
}

func (i *Item) Greet(who string, times int) string {
	return fmt.Sprint("hello ", who, " ", times)
}

func (i *Item) Fail() (string, error) {
	return "", errors.New("it failed")
}

var own = template.FuncMap{
	"upto":     func(n int) []int { return make([]int, n) },
	"join":     func(texts ...string) string { return fmt.Sprint(len(texts), texts) },
	"twice":    func(text string) string { return text + text },
	"half":     func(number float64) float64 { return number / 2 },
	"next":     func(number int) int { return number + 1 },
	"long":     func(number int64) int64 { return number },
	"tiny":     func(number uint8) uint8 { return number },
	"negate":   func(flag bool) bool { return !flag },
	"labels":   func(labels map[string]string) int { return len(labels) },
	"things":   func(things map[string]any) int { return len(things) },
	"anything": func(thing any) string { return fmt.Sprintf("%T", thing) },
	"same":     func(thing any) any { return thing },
	"nothing":  func() any { return nil },
	"none":     func() map[string]string { return nil },
	"item":     func(item *Item) string { return item.GetName() },
	"meta":     func(meta Meta) string { return meta.Name },
	"refuse":   func(text string) (string, error) { return "", errors.New("refused " + text) },
	"two":      func(a string, b int) string { return fmt.Sprint(a, b) },
	"func":     func() func(int) string { return func(n int) string { return fmt.Sprint("n", n) } },
}

var types = map[string]reflect.Type{
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](), "uint": reflect.TypeFor[uint](),
	"uint8": reflect.TypeFor[uint8](), "uint64": reflect.TypeFor[uint64](), "float32": reflect.TypeFor[float32](),
	"[]string": reflect.TypeFor[[]string](), "[]int": reflect.TypeFor[[]int](), "[]byte": reflect.TypeFor[[]byte](),
	"map[string]string": reflect.TypeFor[map[string]string](), "map[string]int": reflect.TypeFor[map[string]int](),
	"map[string]any": reflect.TypeFor[map[string]any](), "map[int]string": reflect.TypeFor[map[int]string](),
	"*int": reflect.TypeFor[*int](), "*string": reflect.TypeFor[*string](), "Word": reflect.TypeFor[Word](),
	"Color": reflect.TypeFor[Color](), "Item": reflect.TypeFor[Item](), "*Item": reflect.TypeFor[*Item](),
	"[]Item": reflect.TypeFor[[]Item](), "[]*Item": reflect.TypeFor[[]*Item](), "Meta": reflect.TypeFor[Meta](),
	"[][]int": reflect.TypeFor[[][]int](), "map[string][]string": reflect.TypeFor[map[string][]string](),
}

// typed returns the value that the JSON value asks for.
func typed(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = typed(value[i])
		}
	case map[string]any:
		if name, ok := value["$"].(string); ok {
			text, _ := json.Marshal(value["v"])
			pointer := reflect.New(types[name])
			if err := json.Unmarshal(text, pointer.Interface()); err != nil {
				panic(err)
			}
			return pointer.Elem().Interface()
		}
		for key := range value {
			value[key] = typed(value[key])
		}
	}
	return value
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/golang/protobuf/jsonpb"
	"google.golang.org/protobuf/proto"
	mesh "istio.io/api/mesh/v1alpha1"
)

const longestLine = 16 << 20

// answer prints what one makes of each line.
func answer(one func(line []byte) (*mesh.ProxyConfig, error)) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		text := ""
		if message, err := one(lines.Bytes()); err == nil {
			text, _ = (&jsonpb.Marshaler{}).MarshalToString(message)
		}
		fmt.Println(text)
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}

func read(line []byte) (*mesh.ProxyConfig, error) {
	message := &mesh.ProxyConfig{}
	reader := jsonpb.Unmarshaler{AllowUnknownFields: true}
	return message, reader.Unmarshal(strings.NewReader(string(line)), message)
}

func merge(line []byte) (*mesh.ProxyConfig, error) {
	var both [2]json.RawMessage
	if err := json.Unmarshal(line, &both); err != nil {
		return nil, err
	}
	base, err := read(both[0])
	if err != nil {
		return nil, err
	}
	layer, err := read(both[1])
	if err != nil {
		return nil, err
	}
	proto.Merge(base, layer)
	return base, nil
}

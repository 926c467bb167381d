#version 330 core
// Flat colour; what the borders between regions look like is the strokes' affair.

flat in vec4 colour;

out vec4 shade;

void main() {
    shade = colour;
}

#version 330 core
// A corner of a region, in the colour of the region.

layout(location = 0) in vec3 place;
layout(location = 1) in vec4 tint;

uniform mat4 matrix;     // from the world to clip space

flat out vec4 colour;

void main() {
    gl_Position = matrix * vec4(place, 1.0);
    gl_Position.z = 0.0;  // under everything, never clipped by depth
    colour = tint;
}

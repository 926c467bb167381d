#version 330 core
// One dot: between two frames, coloured from the palette, with a rim that shows on any ground.

layout(location = 0) in vec3 start;
layout(location = 1) in vec3 end;
layout(location = 2) in uint colour;  // index into the palette
layout(location = 3) in uint flags;   // of latentarium.scene.scene.Flag

const uint SELECTED = 4u;
const uint DIMMED = 8u;
const uint HIDDEN = 16u;
const uint HELD_OUT = 64u;

uniform mat4 matrix;       // from the world to clip space
uniform float blend;       // 0: start, 1: end
uniform float size;        // across, in device pixels, at the depth of the centre
uniform float largest;     // that OpenGL allows, in device pixels
uniform float ratio;       // device pixels a logical one
uniform float depth;       // of the centre, as gl_Position.w has it
uniform vec3 background;
uniform vec3 foreground;
uniform sampler2D palette; // 256 colours a row

flat out vec4 disc;        // red, green, blue, radius in device pixels
flat out vec4 rim;         // red, green, blue, width in device pixels

float luminance(vec3 shade) {
    return dot(shade * shade, vec3(0.2126, 0.7152, 0.0722));
}

void main() {
    if ((flags & HIDDEN) != 0u) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);  // beyond the far plane
        gl_PointSize = 1.0;
        return;
    }
    gl_Position = matrix * vec4(mix(start, end, blend), 1.0);
    float radius = 0.5 * size * clamp(depth / gl_Position.w, 0.75, 1.4);
    vec3 fill = texelFetch(palette, ivec2(int(colour & 255u), int(colour >> 8u)), 0).rgb;
    float width = clamp(0.3 * radius, 0.0, 1.1 * ratio);
    // The rim leads over to the ground, which parts dots of one colour. A dot that the ground would
    // swallow gets a rim towards the foreground.
    float contrast = abs(luminance(fill) - luminance(background));
    vec3 edge = mix(mix(fill, foreground, 0.45), mix(fill, background, 0.5), smoothstep(0.05, 0.16, contrast));
    if ((flags & SELECTED) != 0u) {
        edge = foreground;
        radius = 1.15 * radius + 0.4 * ratio;
        width = clamp(0.3 * radius, 1.0, 1.2 * ratio);
    }
    // Grey context lies behind everything else: each of the two has half of the depths.
    float layer = -0.5;
    if ((flags & DIMMED) != 0u && (flags & SELECTED) == 0u) {
        fill = mix(background, foreground, 0.24);
        edge = mix(background, foreground, 0.15);
        radius *= 0.85;
        layer = 0.5;
    }
    // A class never trained on is a ring, around a hint of its colour.
    if ((flags & HELD_OUT) != 0u) {
        if ((flags & SELECTED) == 0u) edge = mix(mix(fill, foreground, 0.45), fill, smoothstep(0.05, 0.16, contrast));
        fill = mix(background, fill, 0.15);
        radius = 1.12 * radius + 0.3 * ratio;
        width = max(0.35 * radius, 1.0);
    }
    gl_Position.z = 0.5 * gl_Position.z + layer * gl_Position.w;
    radius = min(radius, 0.5 * (largest - 1.0));
    gl_PointSize = 2.0 * radius + 1.0;
    disc = vec4(fill, radius);
    rim = vec4(edge, width);
}

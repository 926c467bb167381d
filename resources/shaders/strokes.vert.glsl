#version 330 core
// One segment as a quad of its width: wide lines are refused in a core profile.

layout(location = 0) in vec3 start;
layout(location = 1) in vec3 end;

uniform mat4 matrix;     // from the world to clip space
uniform vec2 viewport;   // in device pixels
uniform float width;     // in device pixels

noperspective out float across;  // device pixels from the middle of the stroke
noperspective out float along;   // device pixels from its start

void main() {
    vec4 a = matrix * vec4(start, 1.0);
    vec4 b = matrix * vec4(end, 1.0);
    float nearA = a.z + a.w, nearB = b.z + b.w;  // negative behind the near plane
    if (nearA <= 0.0 && nearB <= 0.0) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        return;
    }
    float whole = nearA - nearB;
    if (nearA <= 0.0) a = mix(b, a, 0.9999 * nearB / -whole);
    else if (nearB <= 0.0) b = mix(a, b, 0.9999 * nearA / whole);
    vec2 from = 0.5 * viewport * a.xy / a.w;
    vec2 to = 0.5 * viewport * b.xy / b.w;
    float distance = length(to - from);
    vec2 direction = distance > 0.0 ? (to - from) / distance : vec2(1.0, 0.0);
    bool first = (gl_VertexID & 1) == 0;
    float side = gl_VertexID < 2 ? -1.0 : 1.0;
    float reach = 0.5 * width + 1.0;
    across = side * reach;
    along = first ? 0.0 : distance;
    vec2 place = (first ? from : to) + side * reach * vec2(-direction.y, direction.x);
    gl_Position = vec4(2.0 * place / viewport, 0.0, 1.0);
}

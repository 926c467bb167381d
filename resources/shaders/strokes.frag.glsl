#version 330 core
// A stroke with soft sides; `dash` is the length of a dash and of a gap in device pixels, 0 for none.

noperspective in float across;
noperspective in float along;

uniform vec4 colour;
uniform float width;
uniform float dash;

out vec4 shade;

void main() {
    float cover = min(width, 1.0) * clamp(max(0.5 * width, 0.5) + 0.5 - abs(across), 0.0, 1.0);
    if (dash > 0.0) cover *= clamp(0.5 * dash - abs(mod(along, 2.0 * dash) - 0.5 * dash) + 0.5, 0.0, 1.0);
    if (cover <= 0.0) discard;
    shade = vec4(colour.rgb, colour.a * cover);
}

#version 330 core
// A disc with a soft edge. `part` 0 draws all of it, 1 what is opaque, 2 the soft edge alone.

flat in vec4 disc;
flat in vec4 rim;

uniform int part;

out vec4 shade;

void main() {
    float away = length(gl_PointCoord - 0.5) * (2.0 * disc.a + 1.0);
    float cover = clamp(disc.a + 0.5 - away, 0.0, 1.0);
    if (cover <= 0.0 || (part == 1 && cover < 1.0) || (part == 2 && cover >= 1.0)) discard;
    shade = vec4(mix(disc.rgb, rim.rgb, clamp(away - disc.a + rim.a + 0.5, 0.0, 1.0)), cover);
}

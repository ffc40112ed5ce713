/**
 * Random numbers that a seed determines (mulberry32), so that a round can be run again.
 * @param {number} seed
 */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (min, max) => min + Math.floor(fraction() * (max - min + 1));
  const oneOf = (values) => values[whole(0, values.length - 1)];
  return { fraction, whole, oneOf };
}

import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow by a fifth of what is alive before old objects are collected, where V8 by itself lets it become
 * several times as large on a machine with memory to spare. This one may be small and has other work; what it costs
 * is below what a bench can tell (docs/03-speed.md). It sets no limit: a large snapshot still has all it needs.
 */
setFlagsFromString('--heap-growing-percent=20');

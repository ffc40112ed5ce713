import { setFlagsFromString } from 'node:v8';

/**
 * V8 collects old objects once the heap has grown by a fifth of the live bytes; by default it lets the heap become
 * several times as large on a machine with free memory. The machine of this service may be small and have other work;
 * the cost is below what the bench can measure (docs/03-speed.md). This sets no limit: a large snapshot still gets
 * the memory that it needs.
 */
setFlagsFromString('--heap-growing-percent=20');

import { setImmediate } from 'node:timers';

// Loaded into the program (NODE_OPTIONS=--import): throws where nobody catches it, when asked to by a signal.
process.on('SIGWINCH', () => {
  setImmediate(() => {
    throw new Error('thrown where nobody catches it');
  });
});

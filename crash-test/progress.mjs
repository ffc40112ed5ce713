import cliProgress from 'cli-progress';

/** A progress bar on a terminal; elsewhere a line every ten rounds. */
export function progressOf(rounds) {
  if (!process.stdout.isTTY) {
    return {
      step: (round, text) => {
        if (round % 10 === 0 || round === rounds) console.log(`  round ${round} of ${rounds}: ${text}`);
      },
      end: () => undefined,
    };
  }
  const bar = new cliProgress.SingleBar({
    format: ' {bar} {value}/{total} rounds, {eta_formatted} left, {text}',
  });
  bar.start(rounds, 0, { text: '' });
  return { step: (round, text) => bar.update(round, { text }), end: () => bar.stop() };
}

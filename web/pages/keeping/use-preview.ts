import { useEffect, useState } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useResource, type Resource } from '../../api/resource.js';
import type { Schemas } from '../../api/types.js';
import type { Rules, RuleTexts } from './rules.js';
import { PARTS } from './rule-words.js';

const PAUSE_MS = 500;

interface Previewed {
  /** The rules that the preview is of: those that were written before the last pause. */
  readonly tried: RuleTexts;
  readonly preview: Resource<Schemas['RetentionPreviewDto']>;
}

/** What rules would take, while they are written. */
export function usePreview(texts: RuleTexts, retention: Rules): Previewed {
  const [tried, setTried] = useState(texts);
  useEffect(() => {
    const timer = setTimeout(setTried, PAUSE_MS, texts);
    return () => clearTimeout(timer);
  }, [texts]);
  const preview = useResource(
    async (signal) => {
      const call = api.POST('/api/admin/retention/preview', { body: bodyOf(tried, retention), signal });
      return (await answerOf(call)).preview;
    },
    [tried],
  );
  return { tried, preview };
}

/** The rules to send: one of the environment that was not touched, and an empty one, are the environment's. */
export function bodyOf(texts: RuleTexts, retention: Rules): Schemas['RetentionRulesDto'] {
  const entries = PARTS.flatMap((part) => {
    const [text, { rule, source }] = [texts[part]?.trim(), retention[part]];
    return !text || (source === 'environment' && text === rule) ? [] : [[part, text] as const];
  });
  return { ...Object.fromEntries(entries), timeZone: retention.timeZone };
}

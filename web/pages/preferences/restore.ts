import { asProblem } from '../../api/problems.js';
import { showToast } from '../../state/toasts.js';
import { dropDraft } from './drafts.js';
import { setPreference } from './values.js';

/** Sets an earlier value again, and says so. */
export async function restore(name: string, value: string): Promise<void> {
  try {
    await setPreference(name, value);
    dropDraft(name);
    showToast({ text: `${name} is ${value.slice(0, 40)} again.` });
  } catch (error) {
    showToast({ text: `${name} was not set. ${asProblem(error).words}` });
  }
}

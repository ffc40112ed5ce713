import DOMPurify from 'dompurify';
import { Marked, type Tokens } from 'marked';
import { matchesOf, partsOf } from '../../components/marks.js';

/** Longer texts would hold up the page: they are shown as they are written. */
const LONGEST_MARKDOWN = 200_000;
/** Links lead to the web and to mail; a path would lead into this page, and anything else may be code. */
const ADDRESS = /^(?:https?:\/\/|mailto:)/i;

const TAGS =
  'p br hr strong em del code pre blockquote ul ol li h3 h4 h5 h6 table thead tbody tr th td a'.split(' ');
const ATTRIBUTES = ['href', 'target', 'rel', 'start', 'align', 'tabindex'];

const marked = new Marked({ gfm: true, breaks: true });
marked.use({
  // What is written as HTML is text like any other.
  tokenizer: { html: () => undefined, tag: () => undefined },
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text),
    image: ({ text, href }: Tokens.Image) => link(href, escaped(text === '' ? href : text)),
    link({ href, tokens }: Tokens.Link): string {
      return link(href, this.parser.parseInline(tokens));
    },
    heading({ tokens, depth }: Tokens.Heading): string {
      const name = `h${Math.min(6, depth + 2)}`;
      return `<${name}>${this.parser.parseInline(tokens)}</${name}>`;
    },
    // What scrolls has to be reachable by keyboard.
    code: ({ text }: Tokens.Code) => `<pre tabindex="0"><code>${escaped(text)}</code></pre>`,
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
  },
});

/** A text as what it means in Markdown: nothing in it can run, load, or leave its place. */
export function markdownOf(text: string): DocumentFragment {
  if (text.length > LONGEST_MARKDOWN) return plain(text);
  try {
    const html = marked.parse(text, { async: false });
    return DOMPurify.sanitize(html, {
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR: ATTRIBUTES,
      RETURN_DOM_FRAGMENT: true,
    });
  } catch {
    // Nested too deep for anybody.
    return plain(text);
  }
}

/** A text as it is written. */
export function fragmentOf(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(text);
  return fragment;
}

function plain(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const element = document.createElement('p');
  element.className = 'as-written';
  element.textContent = text;
  fragment.append(element);
  return fragment;
}

function link(href: string, content: string): string {
  if (!ADDRESS.test(href)) return content;
  return `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${content}</a>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Marks a text wherever it is within an element. */
export function markWithin(root: Node, text: string): void {
  if (text === '') return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  for (const node of nodes) {
    const matches = matchesOf(node.data, text);
    if (matches.length === 0) continue;
    node.replaceWith(
      ...partsOf(node.data, matches).map(({ text: part, isMatch }) => {
        if (!isMatch) return part;
        const mark = document.createElement('mark');
        mark.textContent = part;
        return mark;
      }),
    );
  }
}

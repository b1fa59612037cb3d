import type { Bundle } from '../../domain/evidence/bundle.ts';
import type { Verdict } from '../../domain/evidence/checkBundle.ts';
import { type Check, checksOf } from '../../domain/evidence/checks.ts';
import type { Parts } from '../../domain/evidence/parts.ts';
import { element, type PageNode } from './dom.ts';
import { detailsOf } from './viewDetails.ts';

export type Checked = {
  readonly fileName: string;
  readonly verdict: Verdict;
  /** Undefined: the file is no bundle. */
  readonly bundle: Bundle | undefined;
};

type Headline = { readonly state: 'good' | 'unsure' | 'bad'; readonly title: string; readonly says: string };

/** The verdict in one line. Whoever makes up a bundle makes up a key too, so its own key is not enough for a plain yes. */
export const headlineOf = ({ agrees, verified, readable, findings }: Verdict): Headline => {
  if (!readable) return { state: 'bad', title: 'Not an evidence bundle', says: findings[0]?.detail ?? '' };
  if (!agrees) {
    const count = findings.length === 1 ? 'One thing is' : `${findings.length} things are`;
    return { state: 'bad', title: 'Not verified', says: `${count} not as it was signed. Do not rely on this bundle.` };
  }
  return verified
    ? { state: 'good', title: 'Verified', says: 'Everything in this bundle is as it was signed, with a key you trust.' }
    : {
        state: 'unsure',
        title: 'Agrees with itself',
        says: 'Everything is as it was signed, but with the key in the bundle. Enter a key that you have from elsewhere to know who signed.',
      };
};

const marks = { good: '✓', unsure: '!', bad: '✗', passed: '✓', failed: '✗', absent: '–' } as const;
const words = { passed: 'Passed', failed: 'Failed', absent: 'Does not apply' } as const;

const findingsShown = 100;

const checkRow = ({ title, state, says, findings }: Check): PageNode =>
  element(
    'li',
    { class: state },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, marks[state]),
    element(
      'div',
      {},
      element('h4', {}, title, element('span', { class: 'unseen' }, `: ${words[state]}`)),
      element('p', {}, says),
      findings.length > 0 &&
        element(
          'ul',
          { class: 'findings' },
          ...findings
            .slice(0, findingsShown)
            .map(({ code, detail }) => element('li', {}, element('code', {}, code), ` ${detail}`)),
          findings.length > findingsShown && element('li', {}, `… and ${findings.length - findingsShown} more.`),
        ),
    ),
  );

const noteList = (notes: readonly string[]): PageNode | false =>
  notes.length > 0 && element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, note)));

const headlineNode = (state: Headline['state'], file: string, title: string, says: string): PageNode =>
  element(
    'div',
    { class: 'headline' },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, marks[state]),
    element('div', {}, element('p', { class: 'file' }, file), element('h3', {}, title), element('p', {}, says)),
  );

/** Whether several files are all parts of what they are parts of. */
export const partsCard = ({ of, complete, says }: Parts): PageNode => {
  const state = complete ? 'good' : 'bad';
  const title = complete ? 'All parts are here' : 'Parts are missing';
  return element('article', { class: `card verdict ${state}` }, headlineNode(state, of, title, says.join(' ')));
};

/** One file's verdict: the answer first, then each question, then what the bundle holds. */
export const verdictCard = (checked: Checked): PageNode => {
  const { fileName, verdict, bundle } = checked;
  const { state, title, says } = headlineOf(verdict);
  return element(
    'article',
    { class: `card verdict ${state}` },
    headlineNode(state, fileName, title, says),
    bundle !== undefined && element('ul', { class: 'checks' }, ...checksOf(verdict, bundle).map(checkRow)),
    noteList(verdict.notes),
    ...(bundle === undefined ? [] : detailsOf(bundle, verdict)),
  );
};

import { SaxesParser } from 'saxes';

/** An element without its attributes, which no message of ours has a use for. */
export type XmlElement = {
  /** Without prefix. */
  readonly name: string;
  /** Its namespace; empty: none. */
  readonly uri: string;
  readonly children: readonly XmlElement[];
  /** Of an element without children; of others, what stands between them. */
  readonly text: string;
};

/** It is no XML, or more of it than is read. Says where, never what. */
export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
}

const depthMax = 32;
const elementsMax = 2_000_000;

type Open = { name: string; uri: string; children: XmlElement[]; text: string };

/**
 * Reads a whole document whose length the caller has bounded. A document type is refused wherever it comes, so nothing can
 * be declared: only the five entities that XML itself has stand for something, and nothing is fetched.
 */
export const readXml = (text: string): XmlElement => {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const refuse = (why: string): never => {
    throw new XmlRefused(`${why} at line ${parser.line}`);
  };
  parser.on('error', () => refuse('not well-formed'));
  // All of it was decoded as UTF-8 before: what is not shows by what stands for it.
  if (text.includes('\ufffd')) refuse('not UTF-8');
  parser.on('doctype', () => refuse('a document type'));
  parser.on('processinginstruction', () => refuse('a processing instruction'));
  parser.on('opentag', ({ local, uri }) => {
    elements += 1;
    if (open.length >= depthMax) refuse('too deep');
    if (elements > elementsMax) refuse('too many elements');
    open.push({ name: local, uri, children: [], text: '' });
  });
  const say = (words: string): void => {
    const last = open.at(-1);
    if (last !== undefined) last.text += words;
  };
  parser.on('text', say);
  parser.on('cdata', say);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = closed;
    else parent.children.push(closed);
  });
  parser.write(text).close();
  return root ?? refuse('no element');
};

export const childOf = ({ children }: XmlElement, name: string): XmlElement | undefined =>
  children.find((child) => child.name === name);

export const childrenOf = ({ children }: XmlElement, name: string): readonly XmlElement[] =>
  children.filter((child) => child.name === name);

export const textOf = (element: XmlElement, name: string): string | undefined => childOf(element, name)?.text;

/** What XML 1.0 cannot hold at all, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is looked for.
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

export const canBeXml = (text: string): boolean => !notXml.test(text) && text.isWellFormed();

/** A line end would come back as another one, so it goes as a reference, too. */
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

export const escaped = (text: string): string => text.replace(/[&<>"\r]/g, (found) => references[found] ?? found);

/** Content that is ready, as against text that has yet to be escaped. */
export type Markup = { readonly markup: string };

/** An element; nothing at all of a value that is absent. */
export const element = (name: string, value: string | Markup | undefined): Markup => {
  if (value === undefined) return { markup: '' };
  return { markup: `<${name}>${typeof value === 'string' ? escaped(value) : value.markup}</${name}>` };
};

export const inOrder = (parts: readonly Markup[]): Markup => ({
  markup: parts.map(({ markup }) => markup).join(''),
});

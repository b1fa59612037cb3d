import { HttpProblem } from '../problem.ts';

const depthMax = 20;

type Level = { readonly keys: Set<string> | null; expectsKey: boolean };

const quote = 34;
const comma = 44;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** Index just after the closing quote of the string that opens at `from`, or the end of the text. */
const stringEnd = (text: string, from: number): number => {
  for (let at = from + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === backslash) at += 1;
    else if (unit === quote) return at + 1;
  }
  return text.length;
};

const keyOf = (quoted: string): string => {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
};

const noteKey = (level: Level, quoted: string): void => {
  const key = keyOf(quoted);
  if (level.keys?.has(key)) {
    throw new HttpProblem('DUPLICATE_PROPERTY', `The property "${key.slice(0, 60)}" is given twice in one object.`);
  }
  level.keys?.add(key);
  level.expectsKey = false;
};

/**
 * Looks at the raw text before it is parsed: nesting deeper than 20 would overflow whatever walks the value later, and
 * of a property given twice two readers may believe different values. Text that is not JSON passes; the parser says so.
 */
const inspectJsonText = (text: string): void => {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === quote) {
      const level = levels.at(-1);
      const end = stringEnd(text, at);
      if (level?.expectsKey) noteKey(level, text.slice(at, end));
      at = end - 1;
    } else if (sign === openBrace || sign === openBracket) {
      if (levels.length === depthMax)
        throw new HttpProblem('BODY_TOO_DEEP', `At most ${depthMax} levels of nesting are read.`);
      const isObject = sign === openBrace;
      levels.push({ keys: isObject ? new Set() : null, expectsKey: isObject });
    } else if (sign === closeBrace || sign === closeBracket) {
      levels.pop();
    } else if (sign === comma) {
      const level = levels.at(-1);
      if (level !== undefined && level.keys !== null) level.expectsKey = true;
    }
  }
};

/** Parses one JSON document. Throws `HttpProblem` for what is not JSON, too deep, or says a property twice. */
export const parseJsonText = (text: string): unknown => {
  inspectJsonText(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the body; the caller knows the body, the log need not.
    throw new HttpProblem('MALFORMED_JSON', 'The body is not one well-formed JSON document.');
  }
};

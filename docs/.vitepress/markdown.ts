import katex from 'katex';
import type { MarkdownOptions } from 'vitepress';
import { siteLink } from './pages.ts';

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0];
type Token = ReturnType<MarkdownIt['parse']>[number];

/** Formulas as GitHub writes them: a block of `math`, and code between dollar signs in a line. */
export function formulas(md: MarkdownIt): void {
  md.core.ruler.push('formulas', ({ tokens }) => {
    for (const token of tokens) {
      if (token.type === 'fence' && token.info === 'math') token.type = 'formula_block';
      if (token.children !== null) markInline(token.children);
    }
  });
  const render = (source: string, displayMode: boolean): string => {
    const element = displayMode ? 'div' : 'span';
    const formula = katex.renderToString(source.trim(), { displayMode, throwOnError: true });
    return `<${element} v-pre>${formula}</${element}>`;
  };
  md.renderer.rules.formula_block = (tokens, index) => render(tokens[index]!.content, true);
  md.renderer.rules.formula_inline = (tokens, index) => render(tokens[index]!.content, false);
}

function markInline(tokens: readonly Token[]): void {
  tokens.forEach((token, index) => {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    if (token.type !== 'code_inline' || !before?.content.endsWith('$')) return;
    if (!after?.content.startsWith('$')) return;
    token.type = 'formula_inline';
    before.content = before.content.slice(0, -1);
    after.content = after.content.slice(1);
  });
}

/** Links between the repository's files become links between pages; a link to nothing ends the build. */
export function repositoryLinks(md: MarkdownIt, copied: Set<string>): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    const links = tokens.flatMap(({ children }) => children ?? []);
    for (const token of links) {
      const href = token.attrGet('href');
      if (token.type !== 'link_open' || href === null || /^([a-z]+:|#|\/)/.test(href)) continue;
      const target = siteLink(href, env.realPath ?? env.path);
      token.attrSet('href', target.href);
      if (target.copied === undefined) continue;
      token.attrSet('target', '_self');
      copied.add(target.copied);
    }
  });
}

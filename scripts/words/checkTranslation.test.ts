import { describe, expect, it } from 'vitest';
import { checkTranslation } from './checkTranslation';

const MODELS = '{count, plural, one {# model} other {# models}} of {name}';
const FILE = 'It has no {what, select, file {file} other {page}}.';

describe('a translation', () => {
  it.each([
    ['de', 'Download', 'Herunterladen'],
    ['de', '{name} is here', 'Hier ist {name}'],
    ['de', '{host}: {host}', '{host}'],
    ['de', MODELS, '{count, plural, one {# Modell} other {# Modelle}} von {name}'],
    // Japanese and Chinese have one form for all numbers.
    ['ja', MODELS, '{name}のモデル{count, plural, other {#個}}'],
    ['zh', MODELS, '{name} 的 {count, plural, other {# 个模型}}'],
    // Millions have a form of their own in French and Spanish, which no count of things here needs.
    ['fr', MODELS, '{count, plural, one {# modèle} other {# modèles}} de {name}'],
    [
      'ar',
      MODELS,
      '{count, plural, zero {z} one {o} two {t} few {# f} many {# m} other {# r}} {name}',
    ],
    ['de', FILE, 'Da ist {what, select, file {keine Datei} other {keine Seite}}.'],
    ['de', 'It costs < 5 <b>', 'Es kostet < 5 <b>'],
  ])('in %s of %j can be %j', (language, message, text) => {
    expect(checkTranslation({ message, text, language })).toBeUndefined();
  });

  it.each([
    ['de', 'Download', '', /empty/],
    ['de', 'Download', ' Herunterladen', /blanks/],
    ['de', '{name} is here', 'Es ist hier', /lacks or adds \{name\}/],
    ['de', '{name} is here', '{Name} ist hier', /\{name\}, \{Name\}/],
    ['de', 'Download', 'Lade {name}', /\{name\}/],
    ['de', '{name} is here', '{name ist hier', /isn’t a valid ICU message/],
    ['de', '{name} is here', 'Hier ist {name}}', /brace too many/],
    // Quoted, an argument is text.
    ['de', '{name} is here', "Hier ist '{name}'", /lacks or adds \{name\}/],
    ['de', MODELS, '{count, plural, other {# Modelle}} von {name}', /needs other, one/],
    ['de', MODELS, '{count} Modelle von {name}', /\{count, plural\}/],
    [
      'ar',
      MODELS,
      '{count, plural, one {# o} other {# r}} {name}',
      /has one, other, and needs zero, one, two, few, many, other/,
    ],
    ['de', MODELS, '{count, plural, one {# Modell}} von {name}', /isn’t a valid ICU message/],
    ['de', FILE, 'Es hat {what, select, datei {keine Datei} other {keine Seite}}.', /what: file/],
    ['de', FILE, 'Es hat keine {what}.', /\{what, select\}/],
  ])('in %s of %j can’t be %j', (language, message, text, problem) => {
    expect(checkTranslation({ message, text, language })).toMatch(problem);
  });

  it('can’t be judged where the message itself is broken', () => {
    const broken = { message: '{count, plural}', text: 'x', language: 'de' };
    expect(checkTranslation(broken)).toBe('the message isn’t a valid ICU message');
  });
});

import { describe, expect, it } from '@jest/globals';
import { render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { Directed } from './Directed';
import { Markdown } from './Markdown';

const shown = (text: string, growing = false) => (
  <PaperProvider settings={{ icon: () => null }}>
    <Markdown text={text} growing={growing} />
  </PaperProvider>
);

describe('Markdown', () => {
  it('is texts of the app, with marks in their looks alone', () => {
    render(shown('# Tides\n\nThe **moon** pulls.\n\n- [ ] look\n- wait'));
    expect(screen.getByRole('heading')).toHaveTextContent('Tides');
    expect(screen.getByText('The moon pulls.')).toBeTruthy();
    expect(screen.getByText('☐ look')).toBeTruthy();
  });

  it('links outside with the host in sight', () => {
    render(shown('[the story](https://example.org/tides)'));
    expect(screen.getByRole('link')).toHaveTextContent('the story (example.org)');
  });

  it('shows HTML and addresses that aren’t safe as they were written', () => {
    render(shown('<b>bold</b> [x](javascript:alert(1))'));
    expect(screen.getByText('<b>bold</b> [x](javascript:alert(1))')).toBeTruthy();
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('shows half a mark when it is whole', () => {
    render(shown('The **mo', true));
    expect(screen.getByText('The mo')).toBeTruthy();
    screen.rerender(shown('The **moon** pulls', true));
    expect(screen.getByText('The moon pulls')).toBeTruthy();
  });
});

describe('Directed', () => {
  it.each<[string, 'rtl' | 'ltr']>([
    ['مرحبا, hello', 'rtl'],
    ['hello, مرحبا', 'ltr'],
  ])('lays %s out by its first letter', (words, direction) => {
    render(<Directed words={words} testID="place" />);
    expect(screen.getByTestId('place')).toHaveStyle({ direction });
  });

  it('keeps the direction of the app without a letter', () => {
    render(<Directed words="1 + 1" testID="place" />);
    expect(screen.getByTestId('place')).not.toHaveStyle({ direction: 'ltr' });
  });
});

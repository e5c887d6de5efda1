/** The app's icons, each imported by itself, so that a font or a whole set is never bundled. */
import ArrowLeft from 'lucide-react-native/icons/arrow-left';
import ArrowUp from 'lucide-react-native/icons/arrow-up';
import ChevronDown from 'lucide-react-native/icons/chevron-down';
import ChevronRight from 'lucide-react-native/icons/chevron-right';
import Check from 'lucide-react-native/icons/check';
import CircleAlert from 'lucide-react-native/icons/circle-alert';
import Columns from 'lucide-react-native/icons/columns-2';
import Copy from 'lucide-react-native/icons/copy';
import Download from 'lucide-react-native/icons/download';
import ExternalLink from 'lucide-react-native/icons/external-link';
import Gauge from 'lucide-react-native/icons/gauge';
import HardDrive from 'lucide-react-native/icons/hard-drive';
import Info from 'lucide-react-native/icons/info';
import Library from 'lucide-react-native/icons/library';
import MemoryStick from 'lucide-react-native/icons/memory-stick';
import More from 'lucide-react-native/icons/ellipsis-vertical';
import MessageSquare from 'lucide-react-native/icons/message-square';
import Pause from 'lucide-react-native/icons/pause';
import Pencil from 'lucide-react-native/icons/pencil';
import Play from 'lucide-react-native/icons/play';
import Plus from 'lucide-react-native/icons/plus';
import Printer from 'lucide-react-native/icons/printer';
import History from 'lucide-react-native/icons/rotate-ccw-clock';
import RotateCw from 'lucide-react-native/icons/rotate-cw';
import Search from 'lucide-react-native/icons/search';
import Settings from 'lucide-react-native/icons/settings-2';
import Sliders from 'lucide-react-native/icons/sliders-horizontal';
import Square from 'lucide-react-native/icons/square';
import Stethoscope from 'lucide-react-native/icons/stethoscope';
import Trash from 'lucide-react-native/icons/trash';
import WifiOff from 'lucide-react-native/icons/wifi-off';
import X from 'lucide-react-native/icons/x';
import type { ComponentType } from 'react';
import { I18nManager, StyleSheet, View } from 'react-native';
import { webProps } from './webProps';

interface GlyphProps {
  size: number;
  color: string;
  strokeWidth: number;
}

const ICONS = {
  back: ArrowLeft,
  chat: MessageSquare,
  check: Check,
  close: X,
  compare: Columns,
  copy: Copy,
  doctor: Stethoscope,
  down: ChevronDown,
  download: Download,
  edit: Pencil,
  external: ExternalLink,
  forward: ChevronRight,
  history: History,
  info: Info,
  library: Library,
  new: Plus,
  offline: WifiOff,
  pause: Pause,
  play: Play,
  remove: Trash,
  print: Printer,
  retry: RotateCw,
  search: Search,
  send: ArrowUp,
  settings: Settings,
  stop: Square,
  storage: HardDrive,
  warning: CircleAlert,
  benchmark: Gauge,
  memory: MemoryStick,
  more: More,
  tune: Sliders,
} satisfies Record<string, ComponentType<GlyphProps>>;

export type IconName = keyof typeof ICONS;

export interface IconProps {
  name: IconName;
  size: number;
  color: string;
}

/** Arrows that mean a direction of reading: they point the other way where texts run from right to left. */
const MIRRORED: ReadonlySet<IconName> = new Set(['back', 'forward']);

/** Decoration: the text beside the icon, or the label of its button, tells the meaning. */
export function Icon({ name, size, color }: IconProps) {
  const Glyph: ComponentType<GlyphProps> = ICONS[name];
  return (
    <View
      aria-hidden
      {...(MIRRORED.has(name) && webProps({ dataSet: { mirrored: '' } }))}
      style={MIRRORED.has(name) && I18nManager.isRTL && styles.mirrored}
    >
      <Glyph size={size} color={color} strokeWidth={2} />
    </View>
  );
}

/** The renderer for icons that react-native-paper gets by name. */
export function paperIcon({ name, size, color }: { name: string; size: number; color?: string }) {
  return name in ICONS ? (
    <Icon name={name as IconName} size={size} color={color ?? 'currentColor'} />
  ) : null;
}

const styles = StyleSheet.create({ mirrored: { transform: [{ scaleX: -1 }] } });

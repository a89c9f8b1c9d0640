// The signs, drawn for this product; always beside a text or a label, so hidden from screen readers.
import type { ComponentChildren } from "preact";

function Icon(props: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {props.children}
    </svg>
  );
}

export const RingsIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="2.4" fill="currentColor" stroke="none" />
    <path d="M6.700 17.300a7.500 7.500 0 0 1 0-10.600M17.300 6.700a7.500 7.500 0 0 1 0 10.600" />
    <path d="M3.600 20.400a11.900 11.900 0 0 1 0-16.800M20.400 3.600a11.900 11.900 0 0 1 0 16.800" />
  </Icon>
);

export const BubbleIcon = () => (
  <Icon>
    <path d="M12 4c4.700 0 8.500 3.200 8.500 7.300s-3.800 7.300-8.500 7.300c-1 0-2-.150-2.900-.420L4.500 20l1.300-3.600c-1.400-1.300-2.300-3.100-2.300-5.100C3.500 7.200 7.300 4 12 4Z" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8" r="3.800" />
    <path d="M4.500 20c.8-3.600 3.800-5.600 7.500-5.600s6.700 2 7.500 5.600" />
  </Icon>
);

export const PinIcon = () => (
  <Icon>
    <path d="M12 21s6.800-5.600 6.800-11A6.800 6.800 0 0 0 5.200 10c0 5.400 6.800 11 6.800 11Z" />
    <circle cx="12" cy="10" r="2.300" />
  </Icon>
);

export const BackIcon = () => (
  <Icon>
    <path d="M15 5l-7 7 7 7" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5M5.500 11.500 12 5l6.500 6.500" />
  </Icon>
);

export const LeaveIcon = () => (
  <Icon>
    <path d="M14 4H6.500A1.500 1.500 0 0 0 5 5.500v13A1.500 1.500 0 0 0 6.500 20H14M10.500 12H20M16.500 8.500 20 12l-3.500 3.500" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="M12 5v14M5.500 12.500 12 19l6.500-6.500" />
  </Icon>
);

export const ShieldIcon = () => (
  <Icon>
    <path d="M12 3.500 19 6v5.500c0 4.300-2.900 7.400-7 9-4.100-1.600-7-4.700-7-9V6l7-2.500Z" />
    <path d="m9 12 2.200 2.200L15.200 10" />
  </Icon>
);

export const CameraIcon = () => (
  <Icon>
    <path d="M4 8.500A1.500 1.500 0 0 1 5.500 7h2.200l1.500-2.200h5.600L16.300 7h2.200A1.500 1.500 0 0 1 20 8.500v9a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 17.500v-9Z" />
    <circle cx="12" cy="13" r="3.400" />
  </Icon>
);

export const KeyIcon = () => (
  <Icon>
    <circle cx="8" cy="15.500" r="4" />
    <path d="M11 12.500 19 4.500M15.500 8l2.800 2.800" />
  </Icon>
);

export const MailIcon = () => (
  <Icon>
    <rect x="3.500" y="5.500" width="17" height="13" rx="2" />
    <path d="m4 7.500 8 6 8-6" />
  </Icon>
);

export const PhoneIcon = () => (
  <Icon>
    <rect x="7" y="3.500" width="10" height="17" rx="2" />
    <path d="M11 17.500h2" />
  </Icon>
);

export const ScreenIcon = () => (
  <Icon>
    <rect x="3.500" y="5" width="17" height="11.500" rx="1.500" />
    <path d="M8.500 20h7M12 16.500V20" />
  </Icon>
);

export const BellIcon = () => (
  <Icon>
    <path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15ZM10 20.500h4" />
  </Icon>
);

export const EyeIcon = () => (
  <Icon>
    <path d="M2.800 12S6 6 12 6s9.200 6 9.200 6-3.200 6-9.200 6-9.200-6-9.200-6Z" />
    <circle cx="12" cy="12" r="2.600" />
  </Icon>
);

export const EyeOffIcon = () => (
  <Icon>
    <path d="M6.800 7.300C4.200 9 2.800 12 2.800 12S6 18 12 18c1.800 0 3.300-.500 4.600-1.200M10 6.200c.600-.100 1.300-.200 2-.200 6 0 9.200 6 9.200 6s-.800 1.500-2.300 3M4 4l16 16" />
  </Icon>
);

export const PictureIcon = () => (
  <Icon>
    <rect x="3.500" y="4.500" width="17" height="15" rx="2.500" />
    <circle cx="8.700" cy="9.700" r="1.700" />
    <path d="m4 17 5-4.500 3.500 3 3.500-3.500 4.500 4" />
  </Icon>
);

export const MoreIcon = () => (
  <Icon>
    <path d="M12 5.500v.010M12 12v.010M12 18.500v.010" stroke-width="3.200" />
  </Icon>
);

export const BlockIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.500" />
    <path d="m6 6 12 12" />
  </Icon>
);

export const FlagIcon = () => (
  <Icon>
    <path d="M5.500 21V4.500M5.500 5c4.500-2.500 8 2 13 0v8.500c-5 2-8.500-2.500-13 0" />
  </Icon>
);

export const SaveIcon = () => (
  <Icon>
    <path d="M12 4v10.500M7.500 10.500 12 15l4.500-4.500M5 19.500h14" />
  </Icon>
);

export const PaperIcon = () => (
  <Icon>
    <path d="M6.500 3.500h7.500l4 4v13h-11.500v-17ZM9.500 11h5M9.500 15h5" />
  </Icon>
);

export const OnIcon = () => (
  <Icon>
    <path d="M9.500 6l6 6-6 6" />
  </Icon>
);

export const PairIcon = () => (
  <Icon>
    <circle cx="9" cy="12" r="5.500" />
    <circle cx="15" cy="12" r="5.500" />
  </Icon>
);

export const ClockMark = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 7.500V12l3 2" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <path d="M15.500 15.500 20.500 20.500M17.500 10.750a6.750 6.750 0 1 1-13.500 0 6.750 6.750 0 0 1 13.500 0Z" />
  </Icon>
);

export const OneTickMark = () => (
  <Icon>
    <path d="m5 12.500 4.500 4.500L19 7.500" />
  </Icon>
);

export const TwoTicksMark = () => (
  <Icon>
    <path d="m2.500 12.500 4.500 4.500 9-9.500M12 16.500l.7.700L22 7.500" />
  </Icon>
);

export const CrossMark = () => (
  <Icon>
    <path d="M6.500 6.500l11 11M17.500 6.500l-11 11" />
  </Icon>
);

/** The sign of the product: two bubbles that meet. */
export const Logo = () => (
  <svg class="logo" viewBox="0 0 64 64" aria-hidden="true">
    <rect width="64" height="64" rx="18" class="logo-ground" />
    <path
      d="M24 15a14 14 0 1 1 0 28c-2.200 0-4.300-.500-6.200-1.400L11 44l1.900-6.300A14 14 0 0 1 24 15Z"
      class="logo-one"
    />
    <path d="M42 24a13 13 0 0 1 9.700 21.600L53.500 52l-6.600-2A13 13 0 1 1 42 24Z" class="logo-two" />
  </svg>
);

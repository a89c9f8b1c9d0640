// Cities to choose from when the browser cannot or may not say where it is.
import type { Texts } from "../texts/ko";

export interface City {
  id: keyof Texts["city"];
  latitude: number;
  longitude: number;
}

export const cities: readonly City[] = [
  { id: "seoul", latitude: 37.57, longitude: 126.98 },
  { id: "busan", latitude: 35.18, longitude: 129.08 },
  { id: "incheon", latitude: 37.46, longitude: 126.71 },
  { id: "daegu", latitude: 35.87, longitude: 128.6 },
  { id: "daejeon", latitude: 36.35, longitude: 127.38 },
  { id: "gwangju", latitude: 35.16, longitude: 126.85 },
  { id: "suwon", latitude: 37.26, longitude: 127.03 },
  { id: "ulsan", latitude: 35.54, longitude: 129.31 },
  { id: "jeju", latitude: 33.5, longitude: 126.53 },
  { id: "tokyo", latitude: 35.68, longitude: 139.69 },
  { id: "singapore", latitude: 1.35, longitude: 103.82 },
  { id: "sydney", latitude: -33.87, longitude: 151.21 },
  { id: "london", latitude: 51.51, longitude: -0.13 },
  { id: "berlin", latitude: 52.52, longitude: 13.4 },
  { id: "new_york", latitude: 40.71, longitude: -74.01 },
  { id: "los_angeles", latitude: 34.05, longitude: -118.24 },
];

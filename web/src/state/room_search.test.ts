// Tests of looking for a room by what somebody types.
import { describe, expect, it } from "vitest";
import { search_for } from "./room_search";

const finds = (wanted: string, text: string) => search_for(wanted)(text);

describe("looking for a text", () => {
  it.each([
    ["june", "hello June!"],
    ["JUNE", "june"],
    ["é", "cafe\u0301"],
    ["하나", "우리 하나님"],
    ["", "anything"],
    ["  ", "anything"],
    [" june ", "june"],
    ["👋🏽", "hi 👋🏽"],
  ])("finds %j in %j", (wanted, text) => expect(finds(wanted, text)).toBe(true));

  it.each([
    ["june", "jun"],
    ["jane", "june"],
    ["나하", "하나"],
    ["june", ""],
  ])("does not find %j in %j", (wanted, text) => expect(finds(wanted, text)).toBe(false));

  it.each([
    ["ㅎㄴ", "하나"],
    ["갑", "값이 얼마예요"],
    ["닭", "달기는 달아요"],
    ["업", "없어요"],
    ["ㄴㅇ", "하나 노을"],
    ["ㅂㄱ", "오늘 반가워요"],
    ["ㅋㅋ", "ㅋㅋㅋ"],
    ["하ㄴ", "하나"],
  ])("finds the consonants %j in %j", (wanted, text) => expect(finds(wanted, text)).toBe(true));

  it.each([
    ["ㅎㄷ", "하나"],
    ["ㄲ", "가나"],
    ["ㄱ", "abc"],
  ])("does not find the consonants %j in %j", (wanted, text) => expect(finds(wanted, text)).toBe(false));

  it("finds a syllable that is still being written, and only as the last one", () => {
    expect(finds("한", "하나")).toBe(true);
    expect(finds("하", "한강")).toBe(true);
    expect(finds("반가", "반갑습니다")).toBe(true);
    expect(finds("한", "하다")).toBe(false);
    expect(finds("한나", "하나나")).toBe(false);
    expect(finds("가나", "간나")).toBe(false);
  });
});

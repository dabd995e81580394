using Mesh.Model.Values;

namespace Mesh.Cli.Demo.Zones;

/// <summary>
/// A demo's script: steps <c>kill PART</c>, <c>start PART</c>, <c>wait DURATION</c> and <c>until WORDS</c> (of an answer), parted
/// by semicolons or new lines.
/// </summary>
internal static class DemoScript
{
    private const string Form = "a step is 'kill PART', 'start PART', 'wait DURATION' or 'until WORDS', e.g. 'until check-in-api in zone-2'";

    /// <summary>Reads a script.</summary>
    /// <param name="text">The steps.</param>
    /// <param name="parts">Names of parts, and other words for them: word to name.</param>
    /// <exception cref="CliException">It is none; all faults are told.</exception>
    public static IReadOnlyList<DemoStep> Parse(string text, IReadOnlyDictionary<string, string> parts)
    {
        var steps = new List<DemoStep>();
        var faults = new List<string>();
        var position = 0;
        foreach (var line in text.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            position++;
            if (Read(line, parts, out var step) is { } fault)
            {
                faults.Add($"step {position}, '{line}': {fault}");
            }
            else
            {
                steps.Add(step);
            }
        }

        if (position == 0)
        {
            faults.Add(Form);
        }

        return faults.Count == 0 ? steps : throw new CliException("--script: " + string.Join("\n", faults), ExitCodes.Usage);
    }

    private static string? Read(string line, IReadOnlyDictionary<string, string> parts, out DemoStep step)
    {
        step = default;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is ["until", _, ..])
        {
            step = new DemoStep(DemoVerb.Until, string.Join(' ', words[1..]), TimeSpan.Zero);
            return null;
        }

        if (words.Length != 2)
        {
            return Form;
        }

        switch (words[0])
        {
            case "wait":
                if (!GoDuration.TryParse(words[1], out var time) || time.ToTimeSpan() < TimeSpan.Zero)
                {
                    return $"'{words[1]}' is no duration; write 5s or 1m30s";
                }

                step = new DemoStep(DemoVerb.Wait, "", time.ToTimeSpan());
                return null;
            case "kill" or "start":
                if (!parts.TryGetValue(words[1], out var part))
                {
                    return $"there is no part '{words[1]}'; parts are {string.Join(", ", parts.Values.Distinct(StringComparer.Ordinal))}";
                }

                step = new DemoStep(words[0] == "kill" ? DemoVerb.Kill : DemoVerb.Start, part, TimeSpan.Zero);
                return null;
            default:
                return Form;
        }
    }
}

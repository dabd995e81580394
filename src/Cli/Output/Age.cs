using System.Globalization;

namespace Mesh.Cli.Output;

/// <summary>How long ago something happened, in its largest unit: <c>5s</c>, <c>3m</c>, <c>2h</c>, <c>9d</c>.</summary>
internal static class Age
{
    public static string Of(string? time, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then) || then.Year <= 1)
        {
            return "never";
        }

        var age = now - then;
        return age.TotalDays > 1 ? Text(age.TotalDays, "d")
            : age.TotalHours > 1 ? Text(age.TotalHours, "h")
            : age.TotalMinutes > 1 ? Text(age.TotalMinutes, "m")
            : Text(Math.Max(0, age.TotalSeconds), "s");
    }

    private static string Text(double value, string unit) => Math.Round(value, MidpointRounding.ToEven).ToString("0", CultureInfo.InvariantCulture) + unit;
}

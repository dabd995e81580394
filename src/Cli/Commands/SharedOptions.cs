using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    public static Option<string> Mesh() => new("--mesh", "-m")
    {
        Description = "Mesh of the resources",
        DefaultValueFactory = _ => "default",
    };

    public static Option<string> Output(params string[] formats)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = $"Form of the output: {string.Join(", ", formats)}",
            DefaultValueFactory = _ => formats[0],
        };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }
}

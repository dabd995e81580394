using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class SharedOptions
{
    public static Option<string> Mesh() => new("--mesh", "-m")
    {
        Description = "Mesh of the resources",
        DefaultValueFactory = _ => "default",
    };

    /// <summary>The kind of a resource. Help names it in one word: without that it would list all kinds that completion offers, a page of them.</summary>
    public static Argument<string> Kind(string description) => new("KIND") { Description = description, HelpName = "KIND" };

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

using System.Text.RegularExpressions;
using Mesh.Testing;

namespace Mesh.Architecture.Tests;

/// <summary>Rules of style that the compiler does not hold.</summary>
public sealed partial class SourceRulesTests
{
    private static readonly string _src = Path.Combine(SharedFolder.RepositoryRoot, "src");

    [Fact]
    public void Source_HasNoRegions() => AssertNoLine(@"^\s*#region", "regions hide length");

    [Fact]
    public void Source_PragmaWarnings_SayWhy() =>
        AssertNoLine(@"^\s*#pragma warning disable \S+\s*$", "a disabled warning needs its reason on the same line");

    [Fact]
    public void Source_Todos_CarryAnIssue() =>
        AssertNoLine(@"//.*\b(TODO|FIXME|HACK|XXX)\b(?!\(#\d+\))", "a TODO without an issue number is forgotten work");

    [Fact]
    public void Protocol_KnowsNoSocketsTasksOrClocks()
    {
        var forbidden = new[] { "System.IO.Pipelines", "Grpc.", "System.Threading.Tasks", "System.Net.Sockets", "TimeProvider" };
        foreach (var file in SourceTree.CSharpFiles(Path.Combine(_src, "Protocol")))
        {
            var text = CommentOrString().Replace(File.ReadAllText(file), "");
            foreach (var word in forbidden)
            {
                Assert.False(
                    text.Contains(word, StringComparison.Ordinal),
                    $"{Path.GetFileName(file)} uses {word}: Protocol is state machines over bytes, time comes in as a number");
            }
        }
    }

    [Fact]
    public void Repository_NamesNoPathOfAMachine() =>
        AssertNoLine(@"/work/(main|shared|\.library)", "a path of one machine");

    private static void AssertNoLine(string pattern, string why)
    {
        var expression = new Regex(pattern, RegexOptions.CultureInvariant);
        var found = new List<string>();
        foreach (var file in SourceTree.CSharpFiles(_src))
        {
            var number = 0;
            foreach (var line in File.ReadLines(file))
            {
                number++;
                if (expression.IsMatch(line))
                {
                    found.Add($"{Path.GetRelativePath(SharedFolder.RepositoryRoot, file)}:{number}: {line.Trim()}");
                }
            }
        }

        Assert.True(found.Count == 0, $"{why}:\n{string.Join('\n', found)}");
    }

    [GeneratedRegex("//.*|\"[^\"\\n]*\"", RegexOptions.CultureInvariant)]
    private static partial Regex CommentOrString();
}

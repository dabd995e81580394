namespace Mesh.Cli.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData("  get <KIND> <NAME>", "--help")]
    [InlineData("  delete <KIND> <NAME>", "--help")]
    [InlineData(" get <KIND> [<NAME>]", "get", "--help")]
    [InlineData(" delete <KIND> <NAME>", "delete", "--help")]
    public async Task Help_ArgumentWithManyKinds_IsOneWord(string expected, params string[] args)
    {
        var output = new StringWriter();

        await MeshCommandLine.RunAsync(args, output, new StringWriter(), TestContext.Current.CancellationToken);

        Assert.Contains(expected, output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("meshtcproute", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get meshtcp", "meshtcproutes")]
    [InlineData("delete meshtcp", "meshtcproute")]
    public void Completion_ArgumentWithManyKinds_OffersThem(string line, string expected)
    {
        var completions = MeshCommandLine.Create().Parse(line).GetCompletions(line.Length);

        Assert.Equal(expected, Assert.Single(completions).Label);
    }
}

using System.Text.RegularExpressions;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Testing;

namespace Mesh.Policies.Tests;

/// <summary>The examples in the README of a policy are what a user copies first: each must be valid to the letter.</summary>
public sealed partial class ReadmeExamplesTests
{
    private static readonly string _policies = Path.Combine(SharedFolder.RepositoryRoot, "src", "Policies");

    public static TheoryData<string> Readmes()
    {
        var readmes = new TheoryData<string>();
        foreach (var readme in Directory.GetFiles(_policies, "README.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            readmes.Add(Path.GetRelativePath(_policies, readme));
        }

        return readmes;
    }

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Readme_Examples_AreValidAndKnowEveryField(string readme)
    {
        var examples = YamlBlock().Matches(File.ReadAllText(Path.Combine(_policies, readme)));
        Assert.True(examples.Count >= 2, $"{readme} has {examples.Count} examples");
        foreach (Match example in examples)
        {
            foreach (var parsed in ResourceYaml.ParseAll(example.Groups[1].Value, MeshCatalog.Create()))
            {
                Assert.Null(parsed.Error);
                Assert.Empty(parsed.Violations);
                Assert.Empty(parsed.UnknownFields);
            }
        }
    }

    [GeneratedRegex("```yaml\\n(.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex YamlBlock();
}

using System.Text.RegularExpressions;
using Mesh.Testing;

namespace Mesh.Architecture.Tests;

/// <summary>
/// One policy is one folder: it can be added or removed without touching anything else. Its names stay inside, and a
/// folder that edits configuration holds everything about it.
/// </summary>
public sealed partial class OneFolderTests
{
    private static readonly string _root = SharedFolder.RepositoryRoot;
    private static readonly string _policies = Path.Combine(_root, "src", "Policies");

    /// <summary>The contract's own lists, which hold names of kinds as words: kinds of target references, names of Envoy resources.</summary>
    private static readonly string[] _vocabulary =
    [
        Path.Combine("src", "Model", "Policies", "TargetKinds.cs"),
        Path.Combine("src", "Envoy", "Names", "EnvoyNames.cs"),
    ];

    public static TheoryData<string> Kinds()
    {
        var kinds = new TheoryData<string>();
        foreach (var folder in Directory.GetDirectories(_policies, "Mesh*").Order(StringComparer.Ordinal))
        {
            kinds.Add(Path.GetFileName(folder));
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Folder_Names_StayInside(string kind)
    {
        var folder = Path.Combine(_policies, kind) + Path.DirectorySeparatorChar;
        // The name of a kind that policies can be about is a word of the contract: only names of types count there.
        var isWord = File.ReadAllText(Path.Combine(_root, _vocabulary[0])).Contains($"\"{kind}\"", StringComparison.Ordinal);
        var identifier = new Regex(isWord ? $@"\b{kind}[A-Z]\w*" : $@"\b{kind}\w*", RegexOptions.CultureInvariant);
        var leaks = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(SourceTree.CSharpFiles(Path.Combine(_root, "src"))))
        {
            var relative = Path.GetRelativePath(_root, file);
            if (file.StartsWith(folder, StringComparison.Ordinal) || file.Contains("/Tests/", StringComparison.Ordinal) || _vocabulary.Contains(relative, StringComparer.Ordinal))
            {
                continue;
            }

            var text = NotCode().Replace(File.ReadAllText(file), "");
            leaks.AddRange(identifier.Matches(text).Select(match => $"{relative}: {match.Value}"));
        }

        Assert.True(leaks.Count == 0, $"{kind} is named outside its folder:\n{string.Join('\n', leaks)}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Folder_Files_AreComplete(string kind)
    {
        var folder = Path.Combine(_policies, kind);
        var wanted = new List<string> { $"{kind}Kind.cs", $"{kind}Spec.cs", $"{kind}Validator.cs" };
        if (File.Exists(Path.Combine(folder, $"{kind}Policy.cs")))
        {
            wanted.Add("README.md");
            wanted.Add("Tests");
        }

        Assert.All(wanted, file => Assert.True(Path.Exists(Path.Combine(folder, file)), $"{kind} has no {file}"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Folder_Cases_ComeInPairs(string kind)
    {
        var cases = Path.Combine(_policies, kind, "Tests", "Cases");
        if (!Directory.Exists(cases))
        {
            return;
        }

        var stems = Directory.GetFiles(cases).Select(Path.GetFileName).OfType<string>().ToLookup(name => name.Split('.')[0]);
        Assert.All(stems, stem => Assert.Equal([$"{stem.Key}.golden.yaml", $"{stem.Key}.input.yaml"], stem.Order(StringComparer.Ordinal)));
    }

    /// <summary>Comments; uses of the vocabulary; and the lists of target kinds that specs declare.</summary>
    [GeneratedRegex(@"//.*|\b(TargetKinds|EnvoyNames)\.\w+|\[(Kinds|Values)\([^\]]*\)\]", RegexOptions.CultureInvariant)]
    private static partial Regex NotCode();
}

using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Testing;

namespace Mesh.Policies.Tests;

/// <summary>
/// A store trusts bytes that bear the number of this program's form without reading them. So the number is raised with every change of code that says how
/// specs and statuses become JSON and come from it: their types, and what turns them. Comments and blank lines do not count.
/// </summary>
public sealed class StoredFormTests
{
    // Everything here takes part, whichever type it is for, but for what is about YAML.
    private static readonly string[] _folders = ["src/Model/Text", "src/Model/Values"];

    private static readonly Assembly[] _assemblies = [typeof(ModelJson).Assembly, typeof(MeshCatalog).Assembly];

    private static readonly Dictionary<Assembly, (string File, string Code)[]> _sources = _assemblies.ToDictionary(
        assembly => assembly,
        assembly => CSharpFiles($"src/{assembly.GetName().Name!["Mesh.".Length..]}")
            .Where(file => !file.Contains("/Tests/", StringComparison.Ordinal))
            .Select(file => (file, CodeOf(file)))
            .ToArray());

    [Theory]
    [InlineData("Model")]
    [InlineData("Policies")]
    public void Number_CodeOfTheFormChanged_IsRaised(string room)
    {
        var number = _assemblies.Single(assembly => assembly.GetName().Name == $"Mesh.{room}").GetCustomAttribute<StoredFormAttribute>()!.Number;
        var now = $"form {number}\n{string.Join('\n', FilesOf(room).Order(StringComparer.Ordinal).Select(file => $"{file} {HashOf(file)}"))}\n";
        var golden = Path.Combine(SharedFolder.RepositoryRoot, "tests", "Policies.Tests", "StoredForms", $"{room}.txt");
        var known = File.Exists(golden) ? File.ReadAllText(golden) : "";

        Assert.False(
            now != known && known.StartsWith($"form {number}\n", StringComparison.Ordinal),
            $"what specs are stored as may be another form now: raise the number in src/{room}/StoredForm.cs, then write {golden} anew with UPDATE_GOLDEN=1. "
            + $"Changed: {string.Join(", ", now.Split('\n').Except(known.Split('\n')))}; gone: {string.Join(", ", known.Split('\n').Except(now.Split('\n')))}");
        Golden.Check(golden, now);
    }

    [Fact]
    public void Files_OfTheForm_AreThoseOfSpecsAndWhatTheyAreMadeOf()
    {
        HashSet<string> files = [.. FilesOf("Model"), .. FilesOf("Policies")];
        Assert.All(MeshCatalog.Create().All, kind => Assert.Contains(files, file => Path.GetFileNameWithoutExtension(file) == kind.SpecType.Name));
        Assert.Contains("src/Model/Kinds/MeshService/MeshServiceStatus.cs", files);
        Assert.Contains("src/Model/Policies/TargetRef.cs", files);
        Assert.Contains("src/Model/Text/ModelJson.cs", files);
        Assert.Contains("src/Model/Values/GoDurationConverter.cs", files);
    }

    private static HashSet<string> FilesOf(string room)
    {
        var types = new HashSet<Type>();
        foreach (var kind in MeshCatalog.Create().All)
        {
            Visit(kind.SpecType, types);
            Visit(kind.StatusType, types);
        }

        return types.Select(FileOf)
            .Concat(_folders.SelectMany(folder => CSharpFiles(folder)))
            .Where(file => file.StartsWith($"src/{room}/", StringComparison.Ordinal) && !file.Contains("Yaml", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Adds a type of ours and all that its JSON is made of.</summary>
    private static void Visit(Type? type, HashSet<Type> types)
    {
        foreach (var part in type is null ? [] : type.GetGenericArguments().Append(type.GetElementType()).OfType<Type>())
        {
            Visit(part, types);
        }

        if (type is null || !_assemblies.Contains(type.Assembly) || !types.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type))
        {
            return;
        }

        Visit(type.BaseType, types);
        if (type.ContainsGenericParameters || type.IsAssignableTo(typeof(System.Text.Json.Serialization.JsonConverter)))
        {
            return;
        }

        var json = ModelJson.Options.GetTypeInfo(type);
        Visit(json.Converter.GetType(), types);
        Visit(json.ElementType, types);
        foreach (var derived in json.PolymorphismOptions?.DerivedTypes ?? [])
        {
            Visit(derived.DerivedType, types);
        }

        foreach (var property in json.Kind == JsonTypeInfoKind.Object ? json.Properties : [])
        {
            Visit(property.PropertyType, types);
            Visit(property.CustomConverter?.GetType(), types);
        }
    }

    /// <summary>The file that a type is written in.</summary>
    private static string FileOf(Type type)
    {
        var outer = type;
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        var name = outer.Name.Split('`')[0];
        var declaration = new Regex($@"\b(class|struct|record|enum) {name}\b", RegexOptions.CultureInvariant);
        var files = _sources[outer.Assembly]
            .Where(source => source.Code.Contains($"namespace {outer.Namespace};", StringComparison.Ordinal) && declaration.IsMatch(source.Code))
            .ToList();
        Assert.True(files.Count == 1, $"{outer} is in {files.Count} files: {string.Join(", ", files.Select(source => source.File))}");
        return files[0].File;
    }

    private static IEnumerable<string> CSharpFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(SharedFolder.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(SharedFolder.RepositoryRoot, file).Replace('\\', '/'));

    private static string CodeOf(string file) => string.Join('\n', File.ReadLines(Path.Combine(SharedFolder.RepositoryRoot, file))
        .Select(line => line.Trim())
        .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)));

    private static string HashOf(string file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CodeOf(file))).AsSpan(0, 8));
}

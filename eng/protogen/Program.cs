using Google.Protobuf.Reflection;
using Mesh.Protogen;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: protogen DESCRIPTOR_SET OUTPUT_FOLDER   (roots.txt, prune.txt and newer.txt are read from the working directory)");
    return 2;
}

var set = FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(args[0]));
NewerFields.AddTo(set, NameList.Read("newer.txt"));
var roots = NameList.Read("roots.txt");
var prune = NameList.Read("prune.txt");
var selection = Selection.Close(set, roots, prune);

if (Directory.Exists(args[1]))
{
    Directory.Delete(args[1], recursive: true);
}

var files = 0;
foreach (var file in set.File)
{
    var text = new ProtoPrinter(selection, file).Print();
    if (text is null)
    {
        continue;
    }

    var path = Path.Combine(args[1], file.Name);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllText(path, text);
    files++;
}

Console.WriteLine($"{files} files, {selection.Count} top-level types");
return 0;
